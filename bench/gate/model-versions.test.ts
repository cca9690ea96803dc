import { expect, test } from 'vitest'
import { probeMock, readModelVersions } from './model-versions.ts'

test('the fingerprints of the models are the same each time', async () => {
  const first = await readModelVersions()
  expect(first.mock).toMatch(/^[0-9a-f]{16}$/)
  expect(await readModelVersions()).toEqual(first)
})

test('the mock is seen with its limits and faults: what they answer is in its fingerprint', async () => {
  const answers = await probeMock()
  expect([...new Set(answers.map(({ status }) => status))].sort()).toEqual([200, 429, 529])
  const names = new Set(answers.flatMap(({ headers }) => headers.map(([name]) => name)))
  expect([...names]).toEqual(
    expect.arrayContaining([
      'anthropic-ratelimit-requests-remaining',
      'anthropic-ratelimit-input-tokens-reset',
      'anthropic-ratelimit-output-tokens-limit',
      'retry-after',
    ]),
  )
  const refusals = answers
    .filter(({ status }) => status === 429)
    .map(({ body }) => JSON.parse(body).error.message as string)
  for (const limit of [
    '8 requests per minute',
    '120 requests per minute',
    '150 input tokens per minute',
    '800 output tokens per minute',
    '800 tokens per minute',
    'concurrent requests',
    'acceleration limit',
    'spend limit',
  ])
    expect(refusals.filter((message) => message.includes(limit))).not.toHaveLength(0)
  const bodies = answers.filter(({ status }) => status === 200).map(({ body }) => body)
  expect(bodies.some((body) => body.startsWith('event: message_start'))).toBe(true)
  expect(bodies.some((body) => body.includes('"stop_reason":"max_tokens"'))).toBe(true)
})
