import { setMaxListeners } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import autocannon from 'autocannon'
import { runSummarySchema } from '../../engine/http/index.ts'
import { smoke } from '../../scenarios/index.ts'
import { printedUrl, startChildServer } from '../environment/index.ts'
import {
  ApiClient,
  constantStage,
  LoadRecorder,
  openArrivals,
  prepareBodies,
  ROUTES,
  startInTurn,
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

/** GET of a status by both, over as many connections: how far another generator comes with the same server. */
export interface ClosedComparison {
  readonly connections: number
  readonly requestsPerSecond: number
  readonly autocannonRequestsPerSecond: number
}

export interface LoadGeneratorResult {
  readonly rates: readonly GeneratorRate[]
  readonly closed: ClosedComparison
}

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
    log(`${connections} connections in turn, against autocannon`)
    const requestsPerSecond = await inTurn(server.told, connections, seconds, signal)
    const { requests, duration } = await autocannon({
      url: `${server.told}/runs/a`,
      connections,
      duration: seconds,
    })
    const autocannonRequestsPerSecond = requests.total / duration
    return { rates, closed: { connections, requestsPerSecond, autocannonRequestsPerSecond } }
  } finally {
    await server.stop()
  }
}

function openGenerator(url: string, signal: AbortSignal) {
  const recorder = new LoadRecorder(1, null)
  const now = () => performance.now()
  const client = new ApiClient({ services: () => [url], recorder, timeoutMs: 60_000, now })
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
): Promise<number> {
  const signal = AbortSignal.any([outer])
  setMaxListeners(0, signal)
  const { recorder, now, client } = openGenerator(url, signal)
  const began = now()
  await startInTurn(
    { connections, untilMs: seconds * 1_000 },
    {
      recorder,
      signal,
      now,
      mostRuns: Number.POSITIVE_INFINITY,
      async run() {
        const ask = { kind: 'ask', route: ROUTES.status, path: '/runs/a', meantAt: now() } as const
        const reply = await client.ask(ask, signal)
        if (reply.kind === 'broken') return 'errored'
        runSummarySchema.parse(JSON.parse(reply.text))
        return 'completed'
      },
    },
  )
  const wallMs = now() - began
  await client.close()
  return recorder.runs.completed / (wallMs / 1_000)
}
