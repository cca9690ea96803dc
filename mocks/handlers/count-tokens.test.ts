import Anthropic, { type APIError } from '@anthropic-ai/sdk'
import { expect, test } from 'vitest'
import { asking, clientOf, DOCUMENT } from '../test-support.ts'

const { max_tokens: _, ...COUNT } = asking(DOCUMENT)

test('tokens are counted as a message is charged', async () => {
  const { clock, client } = clientOf()
  const { input_tokens } = await clock.run(client.messages.countTokens(COUNT))
  const { usage } = await clock.run(client.messages.create(asking(DOCUMENT)))
  expect(input_tokens).toBe(usage.input_tokens)
})

test('counting has a limit of its own', async () => {
  const { clock, client } = clientOf({ countTokensPerMinute: 2, limits: { requestsPerMinute: 1 } })
  const count = () => clock.run(client.messages.countTokens(COUNT).catch((thrown: unknown) => thrown))
  await clock.run(client.messages.create({ ...asking(DOCUMENT), max_tokens: 1 }))
  const outcomes = [await count(), await count(), await count()]
  expect(outcomes.map((outcome) => outcome instanceof Anthropic.RateLimitError)).toEqual([false, false, true])
  expect((outcomes[2] as APIError).headers?.get('retry-after')).toBe('30')
})

test('max_tokens has no place in a count', async () => {
  const { clock, client } = clientOf()
  const call = client.messages.countTokens(asking(DOCUMENT)).catch((thrown: unknown) => thrown)
  expect(await clock.run(call)).toMatchObject({
    status: 400,
    apiMessage: 'max_tokens: Extra inputs are not permitted',
  })
})
