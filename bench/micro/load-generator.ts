import { setMaxListeners } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import autocannon from 'autocannon'
import { smoke } from '../../scenarios/index.ts'
import { printedUrl, startChildServer } from '../environment/index.ts'
import {
  ApiClient,
  type ClosedArrivals,
  type ConnectionsOptions,
  constantStage,
  LoadRecorder,
  openArrivals,
  prepareBodies,
  ROUTES,
  startInTurn,
  startOnConnections,
  startWhenDue,
  useOnce,
} from '../load/index.ts'

export interface LoadGeneratorOptions {
  /** Runs a second that are offered, each in a load of its own. */
  readonly rates: readonly number[]
  readonly seconds: number
  /** Of the closed model. */
  readonly connections: number
  readonly signal: AbortSignal
  log(line: string): void
}

/** What the load generator did against a server that does nothing, in a process of its own. Real time. */
export interface GeneratorRate {
  readonly offered: number
  readonly runsPerSecond: number
  readonly requestsPerSecond: number
  /** CPU time of the generator's process, share of one core. */
  readonly cpu: number
  readonly lateP50Ms: number
  readonly lateP99Ms: number
  readonly lateMaxMs: number
  readonly delayP99Ms: number
  /** Of a status request, from its start. */
  readonly statusP50Ms: number
  readonly statusP99Ms: number
}

/** So many users in turn on the same server. Requests a second. */
export interface ClosedComparison {
  readonly connections: number
  /** Whole runs, through undici. */
  readonly undici: number
  /** Whole runs, driven by autocannon: what `--connections` does. */
  readonly autocannon: number
  /** autocannon by itself: one status request over and over, whose answers nobody reads. */
  readonly bareAutocannon: number
}

export interface LoadGeneratorResult {
  readonly rates: readonly GeneratorRate[]
  readonly closed: ClosedComparison
}

const TIMEOUT_MS = 60_000
const NO_SAMPLE = { calls: null, processes: [], database: null }
const NS_PER_MS = 1e6

export async function measureLoadGenerator(options: LoadGeneratorOptions): Promise<LoadGeneratorResult> {
  const { signal, log, seconds, connections } = options
  const path = fileURLToPath(new URL('./no-op-api.ts', import.meta.url))
  const server = await startChildServer('no-op API', [path], { ready: printedUrl, signal })
  try {
    log('warming up')
    await offer(server.told, 50, 2, signal)
    const rates: GeneratorRate[] = []
    for (const rate of options.rates) {
      log(`${rate} runs a second`)
      rates.push(await offer(server.told, rate, seconds, signal))
    }
    log(`${connections} users in turn, through undici and driven by autocannon`)
    const undici = await inTurn(server.told, connections, seconds, signal, startInTurn)
    const driven = await inTurn(server.told, connections, seconds, signal, startOnConnections)
    log('autocannon by itself')
    const url = `${server.told}/runs/a`
    const { requests, duration } = await autocannon({ url, connections, duration: seconds })
    const closed = { connections, undici, autocannon: driven, bareAutocannon: requests.total / duration }
    return { rates, closed }
  } finally {
    await server.stop()
  }
}

function openGenerator(url: string, signal: AbortSignal) {
  const recorder = new LoadRecorder(1, null)
  const now = () => performance.now()
  const client = new ApiClient({ services: () => [url], recorder, timeoutMs: TIMEOUT_MS, now })
  const created = { ids: new Set<string>(), unanswered: 0 }
  const flow = { recorder, timeScale: 1, dispatch: 'process-next', created, pauseMs: 100, now } as const
  const user = { ...flow, client, signal }
  return { recorder, now, client, user }
}

async function offer(
  url: string,
  offered: number,
  seconds: number,
  outer: AbortSignal,
): Promise<GeneratorRate> {
  const signal = AbortSignal.any([outer])
  setMaxListeners(0, signal)
  const { recorder, now, client, user } = openGenerator(url, signal)
  const bodyOf = prepareBodies(smoke, 1, undefined)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const cpu = process.cpuUsage()
  const began = now()
  await startWhenDue(
    openArrivals([constantStage(offered, seconds * 1_000)], 'poisson', 1),
    { timeScale: 1, maxInFlight: 10_000 },
    {
      recorder,
      signal,
      now,
      mostRuns: Number.POSITIVE_INFINITY,
      run: (arrival, n, meantAt) => useOnce(user, bodyOf(arrival, n), meantAt),
    },
  )
  const wallMs = now() - began
  const used = process.cpuUsage(cpu)
  delay.disable()
  recorder.closeBucket(wallMs, NO_SAMPLE)
  await client.close()
  outer.throwIfAborted()
  const status = recorder.latencies(ROUTES.status)
  const { runs, routes } = recorder.result
  return {
    offered,
    runsPerSecond: runs.completed / (wallMs / 1_000),
    requestsPerSecond: routes.reduce((sum, { requests }) => sum + requests, 0) / (wallMs / 1_000),
    cpu: (used.user + used.system) / 1_000 / wallMs,
    lateP50Ms: recorder.arrivalError.percentile(50),
    lateP99Ms: recorder.arrivalError.percentile(99),
    lateMaxMs: recorder.arrivalError.percentile(100),
    delayP99Ms: Math.max(0, delay.percentile(99) / NS_PER_MS - 1),
    statusP50Ms: status?.percentile(50) ?? 0,
    statusP99Ms: status?.percentile(99) ?? 0,
  }
}

/** @returns requests a second */
async function inTurn(
  url: string,
  connections: number,
  seconds: number,
  outer: AbortSignal,
  start: (arrivals: ClosedArrivals, options: ConnectionsOptions) => Promise<unknown>,
): Promise<number> {
  const signal = AbortSignal.any([outer])
  setMaxListeners(0, signal)
  const { recorder, now, client, user } = openGenerator(url, signal)
  const bodyOf = prepareBodies(smoke, 1, undefined)
  const began = now()
  await start(
    { connections, untilMs: seconds * 1_000 },
    {
      ...{ recorder, signal, now, user, bodyOf },
      services: [url],
      timeoutMs: TIMEOUT_MS,
      mostRuns: Number.POSITIVE_INFINITY,
      run: (arrival, n, meantAt) => useOnce(user, bodyOf(arrival, n), meantAt),
    },
  )
  const wallMs = now() - began
  await client.close()
  outer.throwIfAborted()
  const requests = recorder.result.routes.reduce((sum, route) => sum + route.requests, 0)
  return requests / (wallMs / 1_000)
}
