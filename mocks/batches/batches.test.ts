import type { MessageBatchIndividualResponse } from '@anthropic-ai/sdk/resources/messages/batches'
import { expect, test } from 'vitest'
import { asking, clientOf, DOCUMENT, START } from '../test-support.ts'

const HOUR = 3_600_000
const PROCESSING = { queueMs: 1_000, itemMs: 10_000, sigma: 0, parallel: 1 }
const THREE = ['a', 'b', 'c'].map((id) => ({ custom_id: id, params: asking(`${id}: ${DOCUMENT}`) }))

function batching(processing = PROCESSING) {
  const { clock, client, mock } = clientOf({ batches: processing, rejectMs: 0 })
  const { batches } = client.messages
  const refusal = (call: Promise<unknown>) => clock.run(call.catch((thrown: unknown) => thrown))
  return {
    clock,
    client,
    mock,
    batches,
    refusal,
    create: (requests = THREE) => clock.run(batches.create({ requests })),
    retrieve: (id: string) => clock.run(batches.retrieve(id)),
    async results(id: string) {
      const read = async () => {
        const lines: MessageBatchIndividualResponse[] = []
        for await (const line of await batches.results(id)) lines.push(line)
        return lines
      }
      return clock.run(read())
    },
  }
}

test('a batch is in progress, then has ended, by the clock alone', async () => {
  const { clock, create, retrieve } = batching()
  const batch = await create()
  expect(batch).toMatchObject({
    id: expect.stringMatching(/^msgbatch_01/),
    type: 'message_batch',
    processing_status: 'in_progress',
    request_counts: { processing: 3, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
    created_at: new Date(START).toISOString(),
    expires_at: new Date(START + 24 * HOUR).toISOString(),
    ended_at: null,
    results_url: null,
  })
  expect(clock.sleeps).toHaveLength(1)
  await clock.advance(30_999)
  expect((await retrieve(batch.id)).request_counts.processing).toBe(3)
  await clock.advance(1)
  expect(await retrieve(batch.id)).toMatchObject({
    processing_status: 'ended',
    request_counts: { processing: 0, succeeded: 3 },
    ended_at: new Date(START + 31_000).toISOString(),
    results_url: `https://api.anthropic.com/v1/messages/batches/${batch.id}/results`,
  })
})

test('requests are processed side by side', async () => {
  const { clock, create, retrieve } = batching({ ...PROCESSING, parallel: 3 })
  const { id } = await create()
  await clock.advance(11_000)
  expect((await retrieve(id)).processing_status).toBe('ended')
})

test('the results are the messages that the requests would get by themselves', async () => {
  const { clock, client, create, results } = batching()
  const { id } = await create()
  await clock.advance(HOUR)
  const lines = await results(id)
  expect(lines.map(({ custom_id }) => custom_id)).toEqual(['a', 'b', 'c'])
  const alone = await clock.run(client.messages.create(asking(`b: ${DOCUMENT}`)))
  expect(lines[1]?.result).toMatchObject({
    type: 'succeeded',
    message: { content: alone.content, usage: { service_tier: 'batch' } },
  })
})

test('a request that is wrong is errored, the others succeed', async () => {
  const { clock, create, retrieve, results } = batching()
  const wrong = { custom_id: 'wrong', params: { ...asking('Hi'), max_tokens: 0 } }
  const unknown = { custom_id: 'unknown', params: { ...asking('Hi'), model: 'claude-1' } }
  const { id } = await create([wrong, unknown, ...THREE])
  await clock.advance(HOUR)
  expect((await retrieve(id)).request_counts).toMatchObject({ errored: 2, succeeded: 3 })
  expect((await results(id))[0]).toEqual({
    custom_id: 'wrong',
    result: {
      type: 'errored',
      error: {
        type: 'error',
        error: {
          type: 'invalid_request_error',
          message: 'max_tokens: Input should be greater than or equal to 1',
        },
        request_id: null,
      },
    },
  })
})

test('a cancelled batch brings to an end what has begun', async () => {
  const { clock, batches, create, retrieve, results } = batching()
  const { id } = await create()
  await clock.advance(15_000)
  const cancelled = await clock.run(batches.cancel(id))
  expect(cancelled).toMatchObject({
    processing_status: 'canceling',
    cancel_initiated_at: new Date(START + 15_000).toISOString(),
    request_counts: { processing: 3 },
  })
  await clock.advance(6_000)
  expect(await retrieve(id)).toMatchObject({
    processing_status: 'ended',
    request_counts: { succeeded: 2, canceled: 1 },
    ended_at: new Date(START + 21_000).toISOString(),
  })
  expect((await results(id)).map(({ result }) => result.type)).toEqual(['succeeded', 'succeeded', 'canceled'])
})

test('what is not done after a day expires', async () => {
  const { clock, create, retrieve, results } = batching({ ...PROCESSING, itemMs: 10 * HOUR })
  const { id } = await create()
  await clock.advance(24 * HOUR - 1)
  expect((await retrieve(id)).processing_status).toBe('in_progress')
  await clock.advance(1)
  expect(await retrieve(id)).toMatchObject({
    processing_status: 'ended',
    request_counts: { succeeded: 2, expired: 1 },
  })
  expect((await results(id))[2]?.result).toEqual({ type: 'expired' })
})

test('results are archived after 29 days', async () => {
  const { clock, create, refusal, retrieve, client } = batching()
  const { id } = await create()
  await clock.advance(29 * 24 * HOUR)
  expect(await retrieve(id)).toMatchObject({
    archived_at: new Date(START + 29 * 24 * HOUR).toISOString(),
    results_url: null,
  })
  expect(await refusal(client.get(`/v1/messages/batches/${id}/results`))).toMatchObject({ status: 404 })
})

test('batches are listed page by page, the newest first', async () => {
  const { clock, batches, create } = batching()
  const ids: string[] = []
  for (let i = 0; i < 5; i += 1) ids.unshift((await create()).id)
  expect(new Set(ids).size).toBe(5)
  const read = async () => {
    const found: string[] = []
    for await (const batch of batches.list({ limit: 2 })) found.push(batch.id)
    return found
  }
  expect(await clock.run(read())).toEqual(ids)
})

test('a batch can be deleted when it has ended', async () => {
  const { clock, batches, create, refusal } = batching()
  const { id } = await create()
  expect(await refusal(batches.delete(id))).toMatchObject({ status: 400 })
  await clock.advance(HOUR)
  expect(await clock.run(batches.delete(id))).toEqual({ id, type: 'message_batch_deleted' })
  expect(await refusal(batches.retrieve(id))).toMatchObject({ status: 404, type: 'not_found_error' })
})

test('a batch that has ended is not cancelled, one that has not gives no results', async () => {
  const { clock, client, batches, create, refusal } = batching()
  const { id } = await create()
  expect(await refusal(client.get(`/v1/messages/batches/${id}/results`))).toMatchObject({ status: 400 })
  await clock.advance(HOUR)
  expect(await refusal(batches.cancel(id))).toMatchObject({ status: 400 })
})

test.each([
  ['no requests', [], 'requests: List should have at least 1 item after validation, not 0'],
  ['two requests of one id', [THREE[0], THREE[0]], 'requests: each custom_id must be unique within a batch'],
  [
    'an id of other characters',
    [{ ...THREE[0], custom_id: 'a b' }],
    "requests.0.custom_id: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'",
  ],
  ['a request without params', [{ custom_id: 'a' }], 'requests.0.params: Field required'],
])('a batch with %s is refused', async (_, requests, message) => {
  const { client, refusal } = batching()
  const error = await refusal(client.post('/v1/messages/batches', { body: { requests } }))
  expect(error).toMatchObject({ status: 400, apiMessage: message })
})
