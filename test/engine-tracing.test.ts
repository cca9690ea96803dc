import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Database, DatabaseServer } from '../bench/environment/index.ts'
import { startDatabaseServer } from '../bench/environment/index.ts'
import type { Engine } from '../engine/index.ts'
import { openTelemetry, type StartedTracing } from '../engine/telemetry/index.ts'
import { type EngineInRealTime, openEngineInRealTime } from './engine-in-real-time.ts'
import { UPLOADS } from './engine-world.ts'

let server: DatabaseServer
let database: Database
let world: EngineInRealTime
let tracing: StartedTracing
let exporter: InMemorySpanExporter
beforeAll(async () => {
  server = await startDatabaseServer()
})
afterAll(() => server.close())
beforeEach(async () => {
  database = await server.createDatabase()
  exporter = new InMemorySpanExporter()
  tracing = await openTelemetry({
    model: 'claude-haiku-4-5',
    serviceName: 'test',
    processor: new SimpleSpanProcessor(exporter),
  })
})
afterEach(async () => {
  await tracing.close()
  await world.close()
  await database.drop()
})

function traced(): Engine {
  return tracing.wrap(world.engine({ onEvent: tracing.onEvent }))
}

async function runToItsEnd(engine: Engine): Promise<string> {
  const runId = await engine.createRun(UPLOADS)
  await engine.processNext(runId)
  return runId
}

const spans = () => exporter.getFinishedSpans()
const named = (name: string) => spans().filter((span) => span.name === name)
const parentOf = (span: ReadableSpan) =>
  spans().find((other) => other.spanContext().spanId === span.parentSpanContext?.spanId)
const CALL = 'chat claude-haiku-4-5'
const PHASES = ['card-analysis', 'story-generation', 'subtask-generation']

/** The nearest span above it that is one of the engine's. */
function ownerOf(span: ReadableSpan): ReadableSpan | undefined {
  const parent = parentOf(span)
  return parent?.name.startsWith('prisma') ? ownerOf(parent) : parent
}

test('an invocation holds its phases, and a phase its calls', async () => {
  world = openEngineInRealTime(database)
  await runToItsEnd(traced())
  expect(named('invocation')).toHaveLength(1)
  expect(named('invocation').map(parentOf)).toEqual([undefined])
  const phases = PHASES.flatMap(named)
  expect(phases.map((phase) => phase.name)).toEqual(PHASES)
  expect(new Set(phases.map((phase) => parentOf(phase)?.name))).toEqual(new Set(['invocation']))
  const callsOf = (phase: string) => named(CALL).filter((call) => parentOf(call)?.name === phase).length
  expect(PHASES.map(callsOf)).toEqual([2, 2, 4])
})

test('invocation, phases and calls carry the id of their run, also of two at once', async () => {
  world = openEngineInRealTime(database)
  const engine = traced()
  const runs = await Promise.all([runToItsEnd(engine), runToItsEnd(engine)])
  const roots = named('invocation')
  expect(roots.map((root) => root.attributes['pipeline.run.id']).sort()).toEqual([...runs].sort())
  for (const span of [...PHASES, CALL].flatMap(named)) {
    const root = roots.find((one) => one.spanContext().traceId === span.spanContext().traceId)
    expect(span.attributes['pipeline.run.id']).toBe(root?.attributes['pipeline.run.id'])
  }
})

test('each statement belongs to the phase that sent it, with its text and without its values', async () => {
  world = openEngineInRealTime(database)
  await runToItsEnd(traced())
  const owners = (table: string) => {
    const inserts = named('prisma:client:db_query').filter((span) =>
      String(span.attributes['db.query.text']).startsWith(`INSERT INTO "public"."${table}"`),
    )
    return new Set(inserts.map((span) => ownerOf(span)?.name))
  }
  expect(['Card', 'Story', 'Subtask'].map(owners)).toEqual(PHASES.map((phase) => new Set([phase])))
  const texts = named('prisma:client:db_query').map((span) => span.attributes['db.query.text'])
  expect(texts.join('\n')).not.toContain('upload 1')
})

test('a call names model and tokens as the conventions for generative AI do', async () => {
  world = openEngineInRealTime(database)
  await runToItsEnd(traced())
  const [call] = named(CALL)
  expect(call?.kind).toBe(SpanKind.CLIENT)
  expect(call?.attributes).toMatchObject({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'anthropic',
    'gen_ai.request.model': 'claude-haiku-4-5',
    'gen_ai.usage.input_tokens': expect.any(Number),
    'gen_ai.usage.output_tokens': expect.any(Number),
  })
})

test('the tokens on calls are all that the API counted', async () => {
  world = openEngineInRealTime(database)
  await runToItsEnd(traced())
  const sum = spans().reduce(
    (total, span) => total + Number(span.attributes['gen_ai.usage.output_tokens'] ?? 0),
    0,
  )
  expect(sum).toBe(world.mock.journal.totals.outputTokens)
})

test('attempts are events of their call', async () => {
  world = openEngineInRealTime(database, { faults: [{ nthRequest: 1, status: 529 }] })
  await runToItsEnd(traced())
  const statuses = named(CALL)
    .map((call) => call.events.map((event) => event.attributes?.['http.response.status_code']))
    .filter((attempts) => attempts.length > 1)
  expect(statuses).toEqual([[529, 200]])
})

test('a run that succeeds after a retry leaves no span with status ERROR', async () => {
  world = openEngineInRealTime(database, { faults: [{ nthRequest: 1, status: 529 }] })
  await runToItsEnd(traced())
  expect(spans().filter((span) => span.status.code === SpanStatusCode.ERROR)).toEqual([])
})

test('calls that failed for good have status ERROR, and so has the invocation in which the run failed', async () => {
  world = openEngineInRealTime(database, { apiKeys: ['another'] })
  await runToItsEnd(traced())
  const failed = spans().filter((span) => span.status.code === SpanStatusCode.ERROR)
  expect(failed.map((span) => span.name)).toEqual([CALL, CALL, 'invocation'])
  expect(failed[0]?.status.message).toContain('status 401')
})

test('an invocation that breaks off is ended, with status ERROR', async () => {
  world = openEngineInRealTime(database)
  const engine = traced()
  const runId = await engine.createRun(UPLOADS)
  const signal = AbortSignal.abort(new Error('the server stops'))
  await expect(engine.processNext(runId, { signal })).rejects.toThrow('the server stops')
  const [invocation] = named('invocation')
  expect(invocation?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'the server stops' })
})

test('after close() nothing makes spans any more', async () => {
  world = openEngineInRealTime(database)
  await tracing.close()
  await runToItsEnd(traced())
  expect(spans()).toEqual([])
})
