import { monitorEventLoopDelay } from 'node:perf_hooks'
import pidusage from 'pidusage'
import type {
  CallsResult,
  MachineResult,
  ProcessResult,
  ProcessSample,
  StatementsResult,
} from '../../../reports/index.ts'
import type { BucketSample } from '../generate/index.ts'
import type { SystemProcess } from '../processes/index.ts'
import { DatabaseWatch } from './database-watch.ts'
import { MachineUsage } from './machine-usage.ts'
import { readUsage, type Usage } from './process-usage.ts'
import { type Metric, metricSum, scrapeMetrics } from './scrape-metrics.ts'

export interface SamplerOptions {
  /** Processes of the system, also those that have ended. */
  readonly processes: () => readonly SystemProcess[]
  /** Metrics of a mock that is not among them. */
  readonly mockMetricsUrl: string | undefined
  /** undefined where it is the target's own. */
  readonly databaseUrl: string | undefined
  /** Whether PostgreSQL runs on this machine, where its processes can be looked at. */
  readonly databaseIsHere: boolean
}

/** What the generator's own process did. Real time. */
export interface OwnFigures {
  readonly cpu: number
  readonly delayP50Ms: number
  readonly delayP99Ms: number
  readonly delayMaxMs: number
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
const DATABASE = 'PostgreSQL'
const GENERATOR = 'generator'
const NS_PER_MS = 1e6
/** Finer than what is looked for, and coarse enough to cost nothing, ms. */
const DELAY_RESOLUTION_MS = 5

/** The histogram counts the distance of two timers: what is more than was asked for is the delay. */
function delayMs(ns: number): number {
  return Math.max(0, ns / NS_PER_MS - DELAY_RESOLUTION_MS)
}

/**
 * Looks at everything that takes part in a load. What is between two looks, a killed process's last moments
 * among them, is not seen.
 */
export class ResourceSampler {
  readonly #options: SamplerOptions
  readonly #database: DatabaseWatch | undefined
  readonly #results = new Map<string, Mutable<ProcessResult>>()
  readonly #before = new Map<number, Usage>()
  /** Since the last sample, and over the whole load. */
  readonly #delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS })
  readonly #wholeDelay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS })
  readonly #machine = new MachineUsage()
  #lastAt = performance.now()
  readonly #beganAt = performance.now()
  readonly #ownCpu = process.cpuUsage()
  #mock: readonly Metric[] | undefined
  readonly #mockAtStart: readonly Metric[] | undefined

  private constructor(
    options: SamplerOptions,
    database: DatabaseWatch | undefined,
    mock: readonly Metric[] | undefined,
  ) {
    this.#options = options
    this.#database = database
    this.#mock = mock
    this.#mockAtStart = mock
    this.#delay.enable()
    this.#wholeDelay.enable()
  }

  static async open(options: SamplerOptions): Promise<ResourceSampler> {
    const database =
      options.databaseUrl === undefined ? undefined : await DatabaseWatch.open(options.databaseUrl)
    const mockUrl = mockMetricsUrl(options)
    const sampler = new ResourceSampler(options, database, mockUrl ? await scrapeMetrics(mockUrl) : undefined)
    await sampler.sample()
    return sampler
  }

  async sample(): Promise<BucketSample> {
    const running = this.#options.processes().filter(({ end }) => end === undefined)
    const [databasePids, database] = await Promise.all([
      this.#options.databaseIsHere ? this.#database?.processIds() : undefined,
      this.#database?.sample() ?? null,
    ])
    const pids = [...running.map(({ pid }) => pid), ...(databasePids ?? []), process.pid]
    const mockUrl = mockMetricsUrl(this.#options)
    const [usage, metrics, mock] = await Promise.all([
      readUsage(pids),
      Promise.all(running.map(({ metricsUrl }) => metricsUrl && scrapeMetrics(metricsUrl))),
      mockUrl && scrapeMetrics(mockUrl),
    ])
    const wallMs = performance.now() - this.#lastAt
    this.#lastAt = performance.now()
    this.#machine.look()
    const look = (name: string, kind: ProcessResult['kind'], of: readonly number[]) =>
      this.#look(name, kind, of, usage, wallMs)
    const processes: ProcessSample[] = [
      ...running.map(({ name, kind, pid }, index) => ({
        ...look(name, kind, [pid]),
        ...serviceFigures(metrics[index] || undefined),
      })),
      ...(databasePids?.length
        ? [{ ...look(DATABASE, 'database', databasePids), ...serviceFigures(undefined) }]
        : []),
      {
        ...look(GENERATOR, 'generator', [process.pid]),
        ...serviceFigures(undefined),
        wallEventLoopDelayP99Ms: delayMs(this.#delay.percentile(99)),
      },
    ]
    this.#delay.reset()
    const calls = this.#callsSince(mock || undefined)
    return { processes, database, calls }
  }

  /** What the mock answered since the sampler was opened; null where there is none. */
  get calls(): CallsResult | null {
    if (!this.#mock) return null
    const since = (name: string, labels?: Record<string, string>) =>
      (metricSum(this.#mock, name, labels) ?? 0) - (metricSum(this.#mockAtStart, name, labels) ?? 0)
    const statuses: Record<string, number> = {}
    for (const { name, labels } of this.#mock) {
      const { status } = labels
      if (name === REQUESTS && status !== undefined) statuses[status] = since(REQUESTS, { status })
    }
    return {
      attempts: since(REQUESTS),
      statuses,
      rateLimited: statuses['429'] ?? 0,
      inputTokens: since(TOKENS, { direction: 'input' }),
      outputTokens: since(TOKENS, { direction: 'output' }),
    }
  }

  get processes(): ProcessResult[] {
    const ends = new Map(this.#options.processes().map(({ name, end }) => [name, end]))
    return [...this.#results.values()].map((result) => ({
      ...result,
      end: ends.get(result.name) ?? 'stopped',
    }))
  }

  /** Up to the last sample; null where the operating system does not count. */
  get machine(): MachineResult | null {
    const ofLoad = [...this.#results.values()].reduce((sum, { wallCpuMs }) => sum + wallCpuMs, 0)
    return this.#machine.result(ofLoad)
  }

  get own(): OwnFigures {
    const { user, system } = process.cpuUsage(this.#ownCpu)
    return {
      cpu: (user + system) / 1_000 / (performance.now() - this.#beganAt),
      delayP50Ms: delayMs(this.#wholeDelay.percentile(50)),
      delayP99Ms: delayMs(this.#wholeDelay.percentile(99)),
      delayMaxMs: delayMs(this.#wholeDelay.max),
    }
  }

  async statements(): Promise<StatementsResult> {
    return (
      (await this.#database?.statements()) ?? {
        state: 'unavailable',
        reason: 'the target has a database of its own',
      }
    )
  }

  async close(): Promise<void> {
    this.#delay.disable()
    this.#wholeDelay.disable()
    pidusage.clear()
    await this.#database?.close()
  }

  #look(
    name: string,
    kind: ProcessResult['kind'],
    pids: readonly number[],
    usage: ReadonlyMap<number, Usage>,
    wallMs: number,
  ): { name: string; cpu: number; rssBytes: number } {
    const known = this.#results.get(name)
    let cpuMs = 0
    let rssBytes = 0
    for (const pid of pids) {
      const now = usage.get(pid)
      if (!now) continue
      // What was taken before the first look is not of this load; a session that is new since then began in it.
      const before = this.#before.get(pid)?.cpuMs ?? (known ? 0 : now.cpuMs)
      cpuMs += Math.max(0, now.cpuMs - before)
      rssBytes += now.rssBytes
      this.#before.set(pid, now)
    }
    const cpu = wallMs > 0 ? cpuMs / wallMs : 0
    const result = known ?? { name, kind, wallCpuMs: 0, maxCpu: 0, maxRssBytes: 0, end: 'stopped' }
    result.wallCpuMs += cpuMs
    result.maxCpu = Math.max(result.maxCpu, cpu)
    result.maxRssBytes = Math.max(result.maxRssBytes, rssBytes)
    this.#results.set(name, result)
    return { name, cpu, rssBytes }
  }

  #callsSince(mock: readonly Metric[] | undefined): BucketSample['calls'] {
    if (!mock) return null
    const grown = (labels?: Record<string, string>) =>
      Math.max(0, (metricSum(mock, REQUESTS, labels) ?? 0) - (metricSum(this.#mock, REQUESTS, labels) ?? 0))
    const calls = { attempts: grown(), rateLimited: grown({ status: '429' }) }
    this.#mock = mock
    return calls
  }
}

const REQUESTS = 'claude_mock_requests_total'
const TOKENS = 'claude_mock_tokens_total'

function mockMetricsUrl({ mockMetricsUrl, processes }: SamplerOptions): string | undefined {
  return mockMetricsUrl ?? processes().find(({ kind }) => kind === 'mock')?.metricsUrl
}

/** What an engine or a worker says of itself; null where it does not. */
function serviceFigures(
  metrics: readonly Metric[] | undefined,
): Omit<ProcessSample, 'name' | 'cpu' | 'rssBytes'> {
  const sum = (name: string, labels?: Record<string, string>) => metricSum(metrics, name, labels) ?? null
  const delay = sum('nodejs_eventloop_lag_p99_seconds')
  return {
    wallEventLoopDelayP99Ms: delay === null ? null : delay * 1_000,
    poolTotal: sum('tierbench_pool_connections'),
    poolIdle: sum('tierbench_pool_connections', { state: 'idle' }),
    poolWaiting: sum('tierbench_pool_waiting'),
    invocations: sum('tierbench_invocations_under_way'),
    queued: sum('tierbench_jobs_waiting'),
  }
}
