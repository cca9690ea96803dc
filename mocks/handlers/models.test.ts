import type { ModelInfo } from '@anthropic-ai/sdk/resources/models'
import { expect, test } from 'vitest'
import { KNOWN_MODELS } from '../index.ts'
import { clientOf } from '../test-support.ts'

test('the SDK reads all models page by page', async () => {
  const { clock, client, mock } = clientOf()
  const read = async () => {
    const models: ModelInfo[] = []
    for await (const model of client.models.list({ limit: 5 })) models.push(model)
    return models
  }
  const models = await clock.run(read())
  expect(models.map(({ id }) => id)).toEqual(KNOWN_MODELS)
  expect(mock.journal.entries).toHaveLength(Math.ceil(KNOWN_MODELS.length / 5))
})

test('pages go backwards too', async () => {
  const { clock, client } = clientOf()
  const page = await clock.run(client.models.list({ limit: 2, before_id: KNOWN_MODELS[3] }))
  expect(page).toMatchObject({
    data: [{ id: KNOWN_MODELS[1] }, { id: KNOWN_MODELS[2] }],
    has_more: true,
    first_id: KNOWN_MODELS[1],
    last_id: KNOWN_MODELS[2],
  })
})

test('a page that ends with the list says that there is no more', async () => {
  const { clock, client } = clientOf()
  const page = await clock.run(client.models.list({ limit: KNOWN_MODELS.length }))
  expect([page.data.length, page.has_more]).toEqual([KNOWN_MODELS.length, false])
})

test('one model is described', async () => {
  const { clock, client } = clientOf()
  expect(await clock.run(client.models.retrieve('claude-haiku-4-5-20251001'))).toMatchObject({
    type: 'model',
    display_name: 'Claude Haiku 4.5',
    line: 'haiku',
    max_tokens: 64_000,
    max_input_tokens: 200_000,
  })
})

test.each([
  ['an unknown model', '/v1/models/claude-1', 404, 'model: claude-1'],
  ['a limit of 0', '/v1/models?limit=0', 400, 'limit: Input should be greater than or equal to 1'],
  [
    'a limit that is too large',
    '/v1/models?limit=1001',
    400,
    'limit: Input should be less than or equal to 1000',
  ],
  ['a limit that is no number', '/v1/models?limit=x', 400, 'limit: Input should be a valid integer'],
  ['an unknown cursor', '/v1/models?after_id=x', 400, 'after_id: x not found'],
  ['two cursors', '/v1/models?after_id=x&before_id=y', 400, 'after_id and before_id cannot both be given'],
])('%s is refused', async (_, path, status, message) => {
  const { clock, client } = clientOf()
  const error = await clock.run(client.get(path).catch((thrown: unknown) => thrown))
  expect(error).toMatchObject({ status, apiMessage: message, requestID: expect.stringMatching(/^req_01/) })
})

test('a request twice has two ids', async () => {
  const { clock, client } = clientOf()
  const one = await clock.run(client.models.list().withResponse())
  const two = await clock.run(client.models.list().withResponse())
  expect(one.request_id).not.toBe(two.request_id)
})
