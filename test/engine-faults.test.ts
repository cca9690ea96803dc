// What the engine makes of each way in which an attempt can fail.
import Anthropic from '@anthropic-ai/sdk'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Database, type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { instrumentFetch } from '../bench/instrument/index.ts'
import { type Flags, TIER_FLAGS } from '../engine/index.ts'
import type { ClaudeMockOptions } from '../mocks/index.ts'
import { type EngineWorld, openEngineWorld, UPLOADS } from './engine-world.ts'

type Fault = NonNullable<ClaudeMockOptions['faults']>[number]

let server: DatabaseServer
let database: Database
let world: EngineWorld
beforeAll(async () => {
  server = await startDatabaseServer({})
})
afterAll(() => server.close())
beforeEach(async () => {
  database = await server.createDatabase()
})
afterEach(async () => {
  await world.close()
  await database.drop()
})

/** Runs one upload whose first request meets the fault. @returns how the run ended, and the call's attempts */
async function runWith(fault: Fault, flags: Flags = TIER_FLAGS[2]) {
  world = await openEngineWorld(database, { faults: [fault] })
  const engine = world.engine({ flags })
  const runId = await engine.createRun(UPLOADS.slice(0, 1))
  const outcome = await world.clock.drive(() => engine.processNext(runId))
  const call = world.events.find((event) => event.type === 'call-ended')
  return { outcome, attempts: call?.attempts, error: (await engine.results(runId)).uploads[0]?.error }
}

const passing: readonly Fault[] = [
  { nthRequest: 1, status: 429, retryAfterSeconds: 3 },
  { nthRequest: 1, status: 429 },
  { nthRequest: 1, status: 500 },
  { nthRequest: 1, status: 502 },
  { nthRequest: 1, status: 504 },
  { nthRequest: 1, status: 529 },
  { nthRequest: 1, kind: 'connection-refused' },
  { nthRequest: 1, kind: 'connection-reset' },
  { nthRequest: 1, kind: 'truncated' },
  { nthRequest: 1, kind: 'malformed-json' },
  { nthRequest: 1, kind: 'schema-violation' },
  { nthRequest: 1, kind: 'max-tokens' },
]

test.each(passing)('another attempt is made after %o', async (fault) => {
  const { outcome, attempts } = await runWith(fault)
  expect(outcome).toEqual({ state: 'finished', status: 'COMPLETED' })
  expect(attempts).toBe(2)
})

const final: readonly [Fault, RegExp][] = [
  [{ nthRequest: 1, status: 429, errorCode: 'enforced_spend_limit_reached' }, /status 429 after 1 attempt/],
  [{ nthRequest: 1, kind: 'refusal' }, /no usable answer after 1 attempt\(s\): the model refused$/],
]

test.each(final)('none is made after %o, and the item fails with the reason', async (fault, reason) => {
  const { outcome, attempts, error } = await runWith(fault)
  expect(outcome).toEqual({ state: 'finished', status: 'FAILED' })
  expect(attempts).toBe(1)
  expect(error).toMatch(reason)
})

test('attempts are bounded: the retries of the pacing mode, and no more', async () => {
  const { attempts, error } = await runWith({ status: 529 })
  expect(attempts).toBe(3)
  expect(error).toMatch(/^upload 1: status 529 after 3 attempt\(s\)/)
})

const json = { 'content-type': 'application/json' }
const noMessages: readonly [string, string, Record<string, string>][] = [
  ['the page of a proxy', '<html>hello</html>', { 'content-type': 'text/html' }],
  ['an empty object', '{}', json],
  ['null', 'null', json],
  ['a message without usage', '{"content":[],"stop_reason":"end_turn"}', json],
  [
    'a message with a NUL character',
    JSON.stringify({
      content: [{ type: 'text', text: '{"cards":[{"title":"a\\u0000b"}]}' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 1, output_tokens: 1 },
    }),
    json,
  ],
  [
    'a message whose content is text',
    '{"content":"x","stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}',
    json,
  ],
]

test.each(noMessages)('another attempt is made after %s with status 200', async (_, body, headers) => {
  world = await openEngineWorld(database)
  let requests = 0
  const fetch: typeof globalThis.fetch = async (...request) =>
    ++requests === 1 ? new Response(body, { headers }) : world.mock.fetch(...request)
  const claude = new Anthropic({
    apiKey: 'test',
    maxRetries: 0,
    fetch: instrumentFetch(fetch, world.clock, () => {}),
  })
  const engine = world.engine({ flags: TIER_FLAGS[2], claude })
  const runId = await engine.createRun(UPLOADS.slice(0, 1))
  const outcome = await world.clock.drive(() => engine.processNext(runId))
  expect(outcome).toEqual({ state: 'finished', status: 'COMPLETED' })
  expect(world.events.find((event) => event.type === 'call-ended')?.attempts).toBe(2)
})

test('a NUL character in the message of an error does not keep the failure from being recorded', async () => {
  world = await openEngineWorld(database)
  const body = JSON.stringify({
    type: 'error',
    error: { type: 'invalid_request_error', message: 'bad \u0000 thing' },
  })
  const fetch: typeof globalThis.fetch = async () => new Response(body, { status: 400, headers: json })
  const claude = new Anthropic({
    apiKey: 'test',
    maxRetries: 0,
    fetch: instrumentFetch(fetch, world.clock, () => {}),
  })
  const engine = world.engine({ flags: TIER_FLAGS[2], claude })
  const runId = await engine.createRun(UPLOADS.slice(0, 1))
  expect(await world.clock.drive(() => engine.processNext(runId))).toEqual({
    state: 'finished',
    status: 'FAILED',
  })
  expect((await engine.results(runId)).uploads[0]?.error).toContain('bad  thing')
})

test('with the governor an overload that lasts longer than the retries is waited out', async () => {
  const overload: Fault = { status: 529, untilMs: 20_000 }
  const { outcome, attempts } = await runWith(overload, TIER_FLAGS[3])
  expect(outcome).toEqual({ state: 'finished', status: 'COMPLETED' })
  expect(attempts).toBeGreaterThan(3)
})

test('with the governor, too, an overload that does not end fails the item', async () => {
  const { attempts, error } = await runWith({ status: 529 }, TIER_FLAGS[3])
  expect(attempts).toBe(23)
  expect(error).toMatch(/^upload 1: status 529 after 23 attempt/)
})
