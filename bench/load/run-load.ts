import { setMaxListeners } from 'node:events'
import type { GeneratorResult, Load, LoadArrivals } from '../../reports/index.ts'
import type { DatabaseServer } from '../environment/index.ts'
import { openArrivals } from './arrivals/index.ts'
import { checkInvariants } from './check-invariants.ts'
import {
  ApiClient,
  type ConnectionsOptions,
  type CreatedRuns,
  LoadRecorder,
  prepareBodies,
  type StartOptions,
  startInTurn,
  startOnConnections,
  startWhenDue,
  useOnce,
} from './generate/index.ts'
import { judgeGenerator } from './generator-quality.ts'
import { killedNothing, killOne } from './kill-one.ts'
import { type ArrivalPlan, arrivalsEndMs, type LoadMode, type LoadPlan } from './load-plan.ts'
import { judgeMachine } from './machine-quality.ts'
import { type LoadedSystem, startSystem } from './processes/index.ts'
import { ResourceSampler, readProxy, resetProxy } from './resources/index.ts'
import { judgeThreshold } from './thresholds/index.ts'

/** How a load stands, once in a bucket. */
export interface LoadProgress {
  readonly elapsedMs: number
  readonly inFlight: number
  readonly started: number
  readonly finished: number
}

const BUCKET_MS = 1_000
/** Of a client, before it sends again what broke, or looks again at a run that others go on with, ms of production time. */
const PAUSE_MS = 2_000
/** A pause is no shorter than this, real ms, or the clients would do nothing else. */
const LEAST_PAUSE_MS = 100

/**
 * One load: starts the system on a database of its own, loads it, waits until its runs have ended, and looks
 * at what is left.
 * @param server undefined for a target that is not ours.
 */
export async function runLoad(
  plan: LoadPlan,
  mode: LoadMode,
  server: DatabaseServer | undefined,
  signal: AbortSignal,
  onProgress: (progress: LoadProgress) => void = () => {},
): Promise<Load> {
  const { target, scenario, timeScale, seed, allowUnsafe } = plan
  const database = target.kind === 'own' ? await server?.createDatabase() : undefined
  let system: LoadedSystem | undefined
  try {
    if (target.kind === 'own' && database) {
      const profile = { limits: plan.limits, latency: scenario.claude.latency }
      const options = { ...target, faults: plan.faults, timeScale, allowUnsafe, seed, profile }
      system = await startSystem(scenario, database.url, options, signal)
    }
    const loaded = await loadSystem(plan, mode, { system, database, server, signal, onProgress })
    await system?.close()
    return { ...loaded.load, thresholds: plan.thresholds.map((one) => judgeThreshold(one, loaded)) }
  } finally {
    await system?.close()
    await database?.drop()
  }
}

interface Surroundings {
  readonly system: LoadedSystem | undefined
  readonly database: { readonly url: string } | undefined
  readonly server: Pick<DatabaseServer, 'source'> | undefined
  readonly signal: AbortSignal
  readonly onProgress: (progress: LoadProgress) => void
}

async function loadSystem(plan: LoadPlan, mode: LoadMode, around: Surroundings) {
  const { target, timeScale, scenario } = plan
  const { system, database, signal } = around
  const recorder = new LoadRecorder(timeScale, plan.objectiveMs)
  const now = () => performance.now()
  const foreign = target.kind === 'foreign' ? target : undefined
  const services = () => (foreign ? [foreign.url] : (system?.services() ?? []))
  const wallDrainMs = plan.drainMs / timeScale
  const wallLimitMs = arrivalsEndMs(plan.arrivals) / timeScale + wallDrainMs
  const client = new ApiClient({ services, recorder, timeoutMs: wallLimitMs, now })
  const created: CreatedRuns = { ids: new Set(), unanswered: 0 }
  const bodyOf = prepareBodies(scenario, plan.seed, mode.flags)
  const sampler = await ResourceSampler.open({
    processes: () => system?.processes() ?? [],
    mockMetricsUrl: foreign?.mockUrl && `${foreign.mockUrl}/metrics`,
    databaseUrl: database?.url,
    databaseIsHere: around.server?.source === 'embedded',
  })
  if (foreign?.proxyUrl) await resetProxy(foreign.proxyUrl)
  const { givenUp, ended } = timeLimit(wallLimitMs, signal)
  const user = {
    client,
    recorder,
    timeScale,
    dispatch: foreign?.dispatch ?? (system && isQueued(plan) ? 'status' : 'process-next'),
    created,
    pauseMs: Math.max(LEAST_PAUSE_MS, PAUSE_MS / timeScale),
    signal: givenUp.signal,
    now,
  } as const
  const startedAt = new Date()
  const began = now()
  const buckets = closeBuckets(recorder, sampler, began, around.onProgress)
  const disturbing = killOne(plan, system, began, givenUp.signal)
  let autocannon: GeneratorResult['autocannon']
  try {
    const options = {
      recorder,
      signal: givenUp.signal,
      now,
      mostRuns: plan.mostRuns,
      bodyOf,
      user,
      services: services(),
      timeoutMs: wallLimitMs,
    }
    autocannon = await startRuns(plan, options)
  } finally {
    ended()
    await buckets.end()
    await client.close()
  }
  try {
    signal.throwIfAborted()
    const wallDurationMs = now() - began
    const durationMs = wallDurationMs * timeScale
    const disturbances = await disturbing
    const { withinObjective, ...seen } = recorder.result
    const requests = seen.routes.reduce((sum, route) => sum + route.requests, 0)
    const { calls, processes, machine } = sampler
    const { generator, warnings } = judgeGenerator(
      sampler.own,
      plan.arrivals.kind,
      recorder,
      timeScale,
      autocannon,
    )
    const perSecond = (count: number) => (durationMs > 0 ? count / (durationMs / 1_000) : 0)
    const load: Omit<Load, 'thresholds'> = {
      mode: mode.name,
      tier: mode.tier,
      flags: mode.flags ?? null,
      arrivals: described(plan.arrivals),
      startedAt: startedAt.toISOString(),
      durationMs,
      wallDurationMs,
      ...seen,
      throughput: {
        runsPerSecond: perSecond(seen.runs.completed),
        requestsPerSecond: perSecond(requests),
        callsPerSecond: calls && perSecond(calls.attempts),
      },
      goodput:
        plan.objectiveMs === null
          ? null
          : {
              runs: withinObjective,
              perSecond: perSecond(withinObjective),
              shareOfOffered: seen.runs.offered > 0 ? withinObjective / seen.runs.offered : 0,
            },
      calls,
      wallBucketMs: BUCKET_MS,
      processes,
      machine,
      statements: await sampler.statements(),
      roundTrips: foreign?.proxyUrl ? await readProxy(foreign.proxyUrl) : null,
      loggedErrors: [...(system?.loggedErrors() ?? [])],
      disturbances,
      invariants: await checkInvariants(database?.url, scenario, created),
      generator,
      warnings: [
        ...warnings,
        ...judgeMachine({ machine, processes, series: seen.series }, timeScale),
        ...(plan.kill && disturbances.length === 0 ? [killedNothing(plan.arrivals)] : []),
      ],
    }
    return { load, recorder, timeScale }
  } finally {
    await sampler.close()
  }
}

/**
 * Gives up when the time is over, or the user interrupts. Not by AbortSignal.any and AbortSignal.timeout: on
 * Node 20 what nobody refers to but its listeners is collected, and the time is never over.
 */
function timeLimit(wallMs: number, interrupted: AbortSignal) {
  const givenUp = new AbortController()
  // Each run under way listens to it, and each request of one.
  setMaxListeners(0, givenUp.signal)
  const interrupt = () => givenUp.abort(interrupted.reason)
  if (interrupted.aborted) interrupt()
  const timer = setTimeout(() => givenUp.abort(new Error('the time of the load is over')), wallMs)
  interrupted.addEventListener('abort', interrupt, { once: true })
  const ended = () => {
    clearTimeout(timer)
    interrupted.removeEventListener('abort', interrupt)
    // What waits for a moment in the load waits in vain.
    givenUp.abort(new Error('the load has ended'))
  }
  return { givenUp, ended }
}

/** @returns what autocannon had to do with it; null: nothing */
async function startRuns(
  plan: LoadPlan,
  options: Omit<ConnectionsOptions, 'run'>,
): Promise<GeneratorResult['autocannon']> {
  const { arrivals, timeScale, maxInFlight, seed } = plan
  const { user, bodyOf } = options
  const run: StartOptions['run'] = (arrival, n, meantAt) => useOnce(user, bodyOf(arrival, n), meantAt)
  const started = { ...options, run }
  if (arrivals.kind === 'closed') {
    const closed = { connections: arrivals.connections, untilMs: arrivals.durationMs / timeScale }
    // Who waits for workers has nothing to do on a connection that knows no pause, and autocannon knows less of
    // HTTP than a service of somebody else's may answer.
    if (plan.target.kind === 'own' && user.dispatch === 'process-next') {
      return await startOnConnections(closed, started)
    }
    await startInTurn(closed, started)
    return null
  }
  const moments =
    arrivals.kind === 'trace' ? arrivals.arrivals : openArrivals(arrivals.stages, arrivals.distances, seed)
  await startWhenDue(moments, { timeScale, maxInFlight }, started)
  return null
}

/** Closes a bucket each second, and one at the end. */
function closeBuckets(
  recorder: LoadRecorder,
  sampler: ResourceSampler,
  began: number,
  onProgress: (progress: LoadProgress) => void,
) {
  let closing = Promise.resolve()
  const close = async () => {
    const sample = await sampler.sample()
    recorder.closeBucket(performance.now() - began, sample)
    const { started, completed } = recorder.runs
    const elapsedMs = performance.now() - began
    onProgress({ elapsedMs, inFlight: recorder.inFlight, started, finished: completed })
  }
  let underWay = false
  const timer = setInterval(() => {
    // A look that takes longer than a bucket makes the bucket longer.
    if (underWay) return
    underWay = true
    closing = close().finally(() => {
      underWay = false
    })
  }, BUCKET_MS)
  return {
    async end() {
      clearInterval(timer)
      await closing
      await close()
    },
  }
}

function isQueued({ target }: LoadPlan): boolean {
  return target.kind === 'own' && target.workers > 0
}

function described(arrivals: ArrivalPlan): LoadArrivals {
  if (arrivals.kind === 'trace') return arrivals.described
  return arrivals.kind === 'open' ? { ...arrivals, stages: [...arrivals.stages] } : arrivals
}
