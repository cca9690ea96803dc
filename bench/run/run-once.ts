import Anthropic from '@anthropic-ai/sdk'
import { PrismaPg } from '@prisma/adapter-pg'
import { createEngine, type Flags, type Phase, type UploadInput } from '../../engine/index.ts'
import { type ClaudeMock, createClaudeMock } from '../../mocks/index.ts'
import { PrismaClient } from '../../prisma/generated/client.ts'
import type { PhaseResult, Repetition } from '../../reports/index.ts'
import type { Scenario } from '../../scenarios/index.ts'
import { type BenchClock, RealClock, VirtualClock } from '../clock/index.ts'
import type { DatabaseSource } from '../environment/index.ts'
import {
  instrumentFetch,
  LimitMeter,
  openMeasuredDatabase,
  Recorder,
  type RoundTrip,
  readServerTimes,
  roundMs,
} from '../instrument/index.ts'
import { costUsd } from './cost.ts'
import { lowerBound } from './lower-bound.ts'
import { readOutput } from './pipeline-output.ts'
import { seededId, seededNumber } from './seeded.ts'

export interface RunSetting {
  readonly server: DatabaseSource
  readonly scenario: Scenario
  readonly flags: Flags
  readonly allowUnsafe: boolean
  readonly seed: number
  readonly uploads: readonly UploadInput[]
  readonly clock: BenchClock['kind']
  /** Ends the run at once. */
  readonly signal: AbortSignal
  /** Shown the run when it has ended, before its database goes. @default nobody looks */
  readonly inspect?: (finished: FinishedRun) => Promise<void>
  /** Told of each round trip. @default nobody is */
  readonly onRoundTrip?: (roundTrip: RoundTrip, phase: Phase) => void
}

/** A run that has ended, with all that it left. */
export interface FinishedRun {
  readonly runId: string
  readonly databaseUrl: string
  /** Bodies of the requests that the API got. */
  readonly requests: readonly string[]
  readonly repetition: Repetition
}

/** A run that came to no end, or whose instruments contradict each other: no figure of it can be used. */
export class BrokenRunError extends Error {
  override readonly name = 'BrokenRunError'
  readonly code = 'BROKEN_RUN'
}

/**
 * One execution of a scenario with a set of flags, on a database and a clock of its own.
 * @throws BrokenRunError
 */
export async function runOnce(setting: RunSetting): Promise<Repetition> {
  const { server, scenario, flags, seed, uploads, signal } = setting
  signal.throwIfAborted()
  const database = await server.createDatabase()
  const clock: BenchClock = setting.clock === 'virtual' ? new VirtualClock() : new RealClock()
  let recorder = new Recorder(clock.now())
  let measuring = false
  let limits = new LimitMeter(scenario.claude.limits, clock.now())
  const { db, pool, close } = await openMeasuredDatabase({
    url: database.url,
    clock,
    ...scenario.database,
    serverTimes: scenario.database.serverTimes === 'calibrated' ? readServerTimes() : undefined,
    onPoolWait: (from, to) => recorder.onWait('pool', from, to),
    onTransaction: (from, to) => recorder.onTransaction(from, to),
    onRoundTrip: (roundTrip) => {
      recorder.onRoundTrip(roundTrip)
      if (measuring) setting.onRoundTrip?.(roundTrip, recorder.phase)
    },
  })
  const unmeasured = new PrismaClient({ adapter: new PrismaPg({ connectionString: database.url, max: 2 }) })
  const interrupt = () => clock.stop(signal.reason)
  signal.addEventListener('abort', interrupt, { once: true })
  try {
    signal.throwIfAborted()
    const mock: ClaudeMock = createClaudeMock({
      // A handler's pause lies inside the bracket of its request.
      clock: { now: () => clock.now(), sleep: (ms, signal) => clock.sleepInsideIo(ms, signal) },
      seed,
      latency: scenario.claude.latency,
      limits: scenario.claude.limits,
      faults: scenario.claude.faults,
      onAttempt: () => limits.sample(clock.now(), mock),
    })
    let requests = 0
    const engine = createEngine({
      db,
      claude: new Anthropic({
        apiKey: 'tierbench',
        maxRetries: 0,
        fetch: instrumentFetch(mock.fetch, clock, () => requests++),
      }),
      clock,
      random: { draw: (about) => seededNumber(seed, about) },
      flags,
      allowUnsafe: setting.allowUnsafe,
      model: scenario.claude.model,
      pacing: scenario.engine.pacing,
      budgetMs: scenario.engine.budgetMs,
      shape: scenario.workload,
      newId: (about) => seededId(seed, about),
      onEvent: (event) => recorder.onEvent(event),
    })
    // Not measured: it opens the first connection and compiles the first queries.
    const runId = await engine.createRun(uploads)
    recorder = new Recorder(clock.now())
    limits = new LimitMeter(scenario.claude.limits, clock.now())
    measuring = true
    const wallStart = performance.now()
    await clock.drive(
      () =>
        untilFinished(async () => {
          const from = clock.now()
          const outcome = await engine.processNext(runId)
          const text = outcome.state === 'finished' ? outcome.status : outcome.state
          recorder.onInvocation(from, clock.now(), text)
          return outcome
        }),
      () => pool.waiting,
    )
    const durationMs = recorder.since(clock.now())
    const wallMs = performance.now() - wallStart
    assertConsistent(recorder, mock, requests)
    const output = await readOutput(unmeasured, runId)
    const bound = lowerBound(scenario, recorder.calls, recorder.attempts)
    const tokens = (kind: 'inputTokens' | 'outputTokens') =>
      recorder.attempts.reduce((sum, attempt) => sum + attempt[kind], 0)
    const repetition: Repetition = {
      durationMs,
      wallMs: roundMs(wallMs),
      phases: phaseResults(recorder, durationMs, output),
      invocations: recorder.invocations,
      roundTrips: recorder.roundTrips,
      transactions: recorder.transactions,
      peakConnections: pool.peak,
      calls: recorder.calls,
      attempts: recorder.attempts,
      waits: recorder.waits,
      limits: limits.limits,
      logLinesWritten: recorder.logLines,
      costUsd: costUsd(scenario.claude.model, tokens('inputTokens'), tokens('outputTokens')),
      lowerBound: bound,
      efficiency: bound.ms / durationMs,
      output,
    }
    await setting.inspect?.({
      runId,
      databaseUrl: database.url,
      requests: mock.journal.requests.map((request) => request.body),
      repetition,
    })
    return repetition
  } finally {
    signal.removeEventListener('abort', interrupt)
    clock.stop(new Error('the run has ended'))
    await Promise.allSettled([close(), unmeasured.$disconnect()])
    await database.drop()
  }
}

/** More invocations than any scenario needs: a run that does not move would otherwise go on for ever. */
const MOST_INVOCATIONS = 10_000

async function untilFinished(processNext: () => Promise<{ readonly state: string }>): Promise<void> {
  for (let invocation = 1; invocation <= MOST_INVOCATIONS; invocation++) {
    const { state } = await processNext()
    if (state === 'finished') return
    if (state !== 'continue')
      throw new BrokenRunError(`expected the run to be free for invocation ${invocation}, got "${state}"`)
  }
  throw new BrokenRunError(`the run was not finished after ${MOST_INVOCATIONS} invocations`)
}

/** Engine, wire and mock each count the attempts for themselves: they must agree. */
function assertConsistent(recorder: Recorder, mock: ClaudeMock, requests: number): void {
  const { attempts, outputTokens } = mock.journal.totals
  const counted = { engine: recorder.attempts.length, wire: requests, mock: attempts }
  if (new Set(Object.values(counted)).size > 1) {
    throw new BrokenRunError(`attempts counted by engine, wire and mock differ: ${JSON.stringify(counted)}`)
  }
  const seen = recorder.attempts.reduce((sum, attempt) => sum + attempt.outputTokens, 0)
  if (outputTokens !== seen) {
    throw new BrokenRunError(`output tokens differ: ${outputTokens} by the mock, ${seen} by the engine`)
  }
}

const PHASES: readonly Phase[] = ['card-analysis', 'story-generation', 'subtask-generation']

function phaseResults(recorder: Recorder, durationMs: number, output: Repetition['output']): PhaseResult[] {
  const items = {
    'card-analysis': output.uploads,
    'story-generation': output.epics,
    'subtask-generation': output.stories,
  }
  const starts = PHASES.map((phase) => recorder.phaseStarts.get(phase) ?? durationMs)
  return PHASES.map((phase, index) => {
    const startMs = starts[index] ?? durationMs
    const endMs = starts[index + 1] ?? durationMs
    return {
      phase,
      startMs,
      endMs,
      durationMs: roundMs(endMs - startMs),
      items: items[phase],
    }
  })
}
