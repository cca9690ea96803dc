import type { LoadBucket, LoadError, RouteResult, RunCounts } from '../../../reports/index.ts'
import { Latencies } from './latencies.ts'

/** How a run ended, as its client saw it. */
export type RunEnd = 'completed' | 'completedWithErrors' | 'failed' | 'cancelled' | 'errored' | 'unfinished'

/** How a request ended. */
export type RequestEnd =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'broken'; readonly error: string }

/** How things stood when a bucket was closed. */
export type BucketSample = Pick<LoadBucket, 'calls' | 'processes' | 'database'>

interface Route {
  requests: number
  readonly statuses: Record<string, number>
  readonly connectionErrors: Record<string, number>
  readonly whole: Latencies
  readonly bucket: Latencies
}

/** Writes down what the clients of a load see: in all, and for each piece of time. Times are real ms. */
export class LoadRecorder {
  readonly #timeScale: number
  readonly #objectiveWallMs: number
  readonly #routes = new Map<string, Route>()
  readonly #errors = new Map<string, { -readonly [K in keyof LoadError]: LoadError[K] }>()
  readonly #completion = { whole: new Latencies(), bucket: new Latencies() }
  readonly arrivalError = new Latencies()
  readonly #buckets: LoadBucket[] = []
  #bucket = newBucket()
  #bucketStart = 0
  inFlight = 0
  #withinObjective = 0
  readonly #runs: { -readonly [K in keyof RunCounts]: number } = {
    offered: 0,
    started: 0,
    dropped: 0,
    completed: 0,
    completedWithErrors: 0,
    failed: 0,
    cancelled: 0,
    errored: 0,
    unfinished: 0,
  }

  constructor(timeScale: number, objectiveMs: number | null) {
    this.#timeScale = timeScale
    this.#objectiveWallMs = (objectiveMs ?? Number.POSITIVE_INFINITY) / timeScale
  }

  /** A run that could not be started, since too many were under way. */
  dropped(): void {
    this.#runs.offered++
    this.#runs.dropped++
    this.#bucket.dropped++
  }

  /** @param lateMs By how much later than it was meant to. */
  started(lateMs: number): void {
    this.#runs.offered++
    this.#runs.started++
    this.#bucket.started++
    this.inFlight++
    this.arrivalError.record(lateMs)
  }

  /** @param tookMs Since it was meant to start. */
  ended(end: RunEnd, tookMs: number): void {
    this.inFlight--
    this.#runs[end]++
    if (end !== 'completed') {
      this.#bucket.failed++
      return
    }
    this.#bucket.finished++
    this.#completion.bucket.record(tookMs)
    if (tookMs <= this.#objectiveWallMs) this.#withinObjective++
  }

  request(name: string, end: RequestEnd, tookMs: number): void {
    const route = this.#route(name)
    route.requests++
    this.#bucket.requests++
    const [counts, key] =
      end.kind === 'answered' ? [route.statuses, String(end.status)] : [route.connectionErrors, end.error]
    counts[key] = (counts[key] ?? 0) + 1
    if (end.kind === 'answered') route.bucket.record(tookMs)
  }

  error(kind: string, retryable: boolean, example: string): void {
    const known = this.#errors.get(kind)
    if (known) known.count++
    else this.#errors.set(kind, { kind, count: 1, retryable, example })
    this.#bucket.errors[kind] = (this.#bucket.errors[kind] ?? 0) + 1
  }

  /** @param nowMs Since the load began. */
  closeBucket(nowMs: number, sample: BucketSample): void {
    const latency: LoadBucket['latency'] = {}
    for (const [name, { bucket, whole }] of this.#routes) {
      const brief = bucket.brief(this.#timeScale)
      if (brief) latency[name] = brief
      whole.add(bucket)
      bucket.reset()
    }
    const { bucket, whole } = this.#completion
    this.#buckets.push({
      atMs: this.#bucketStart * this.#timeScale,
      ...this.#bucket,
      inFlight: this.inFlight,
      completion: bucket.brief(this.#timeScale),
      latency,
      ...sample,
    })
    whole.add(bucket)
    bucket.reset()
    this.#bucket = newBucket()
    this.#bucketStart = nowMs
  }

  get runs(): RunCounts {
    return this.#runs
  }

  /** What has been written down, up to the last bucket that was closed. */
  get result() {
    return {
      runs: { ...this.#runs },
      completion: this.#completion.whole.summary(this.#timeScale),
      withinObjective: this.#withinObjective,
      routes: [...this.#routes].map(
        ([route, { requests, statuses, connectionErrors, whole }]): RouteResult => ({
          route,
          requests,
          statuses,
          connectionErrors,
          latency: whole.summary(this.#timeScale),
        }),
      ),
      errors: [...this.#errors.values()].sort((a, b) => b.count - a.count) as LoadError[],
      series: this.#buckets,
    }
  }

  /** All run completions so far, for a threshold on any percentile. */
  get completions(): Latencies {
    return this.#completion.whole
  }

  /** All answers of a route so far; undefined where it was not asked. */
  latencies(route: string): Latencies | undefined {
    return this.#routes.get(route)?.whole
  }

  #route(name: string): Route {
    const known = this.#routes.get(name)
    if (known) return known
    const route = {
      requests: 0,
      statuses: {},
      connectionErrors: {},
      whole: new Latencies(),
      bucket: new Latencies(),
    }
    this.#routes.set(name, route)
    return route
  }
}

function newBucket() {
  const errors: Record<string, number> = {}
  return { started: 0, finished: 0, dropped: 0, failed: 0, requests: 0, errors }
}
