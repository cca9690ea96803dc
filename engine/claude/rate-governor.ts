import pLimit from 'p-limit'
import type { Clock, Random } from '../ports.ts'
import { MirroredBucket } from './token-bucket.ts'

/** What one attempt is expected to cost, and in the end did cost, in tokens. */
export interface Cost {
  readonly inputTokens: number
  readonly outputTokens: number
}

/** Leave to send one request. */
export interface Permit {
  readonly expected: Cost
  /** What was taken for it, from the buckets that were known when it was given. */
  readonly taken: Map<BucketName, number>
}

/** The API's buckets, by the names that its headers use. */
type BucketName = 'requests' | 'tokens' | 'input-tokens' | 'output-tokens'
const BUCKETS: readonly BucketName[] = ['requests', 'tokens', 'input-tokens', 'output-tokens']

/** Room for the forecast of a request's input to be wrong. */
const INPUT_MARGIN = 1.05
/** Token remainders in headers are rounded to 1,000: they can be this much off. */
const ROUNDING = 500
/** After a 429 the pool waits up to this much longer than retry-after, so that it does not return as one. */
const PAUSE_JITTER_MS = 250

/** What the API takes from a bucket when a request arrives. */
function takenAtStart(name: BucketName, { inputTokens }: Cost): number {
  switch (name) {
    case 'requests':
      return 1
    case 'tokens':
    case 'input-tokens':
      return inputTokens
    case 'output-tokens':
      return 0
  }
}

/** What it takes as the answer is generated: that may overdraw the bucket. */
function takenByAnswer(name: BucketName, { outputTokens }: Cost): number {
  return name === 'tokens' || name === 'output-tokens' ? outputTokens : 0
}

/**
 * Keeps a pool of callers just under the API's limits: the buckets of the key are mirrored from the
 * headers, each request reserves its input before it is sent and is corrected from its usage, and a 429
 * pauses the whole pool. Output is taken when it is known: the API lets it overdraw a bucket, and the
 * next request waits until that is refilled. How many requests are under way adapts: one more for
 * each round of successes, half on a 429.
 */
export class RateGovernor {
  readonly #clock: Clock
  readonly #random: Random
  readonly #maxConcurrency: number
  readonly #buckets = new Map<BucketName, MirroredBucket>()
  /** First come, first served: one caller at a time looks at the buckets. */
  readonly #queue = pLimit(1)
  readonly #inFlight = new Set<Permit>()
  #window: number
  #pausedUntil = 0
  #rejections = 0
  #changed: AbortController | undefined

  /** @param maxConcurrency Requests under way at once, at most. */
  constructor(clock: Clock, random: Random, maxConcurrency: number) {
    this.#clock = clock
    this.#random = random
    this.#maxConcurrency = maxConcurrency
    this.#window = maxConcurrency
  }

  /** Waits, first come first served, until a request of this cost fits under every limit. */
  acquire(expected: Cost, signal?: AbortSignal): Promise<Permit> {
    return this.#queue(async () => {
      for (;;) {
        signal?.throwIfAborted()
        const wait = this.#waitMs(expected)
        if (wait === 0) break
        await this.#pause(wait, signal)
      }
      const taken = new Map([...this.#buckets.keys()].map((name) => [name, takenAtStart(name, expected)]))
      const permit: Permit = { expected, taken }
      const now = this.#clock.now()
      for (const [name, amount] of taken) this.#buckets.get(name)?.take(amount, now)
      this.#inFlight.add(permit)
      return permit
    })
  }

  /**
   * Why a request can never be let through: it asks for more input than a bucket holds when it is full.
   * @returns undefined where it can, or where the limits are not known yet
   */
  impossible({ inputTokens }: Cost): string | undefined {
    for (const [name, bucket] of this.#buckets) {
      if (name !== 'requests' && name !== 'output-tokens' && inputTokens > bucket.perMinute) {
        return `it asks for about ${inputTokens} input tokens, and the limit of ${bucket.perMinute} ${name} a minute never holds that many`
      }
    }
    return undefined
  }

  /** The request was answered: corrects the reservation and reads the headers. */
  succeeded(permit: Permit, actual: Cost, headers: Headers): void {
    this.#correct(permit, actual)
    this.#mirror(headers)
    this.#window = Math.min(this.#maxConcurrency, this.#window + 1 / this.#window)
    this.#notify()
  }

  /** The request was refused with 429: nobody sends until retry-after is over. */
  rejected(permit: Permit, retryAfterMs: number | undefined, headers: Headers | undefined): void {
    this.#correct(permit, { inputTokens: 0, outputTokens: 0 })
    if (headers) this.#mirror(headers)
    this.#window = Math.max(1, this.#window / 2)
    const jitter = this.#random.draw(`governor-pause:${++this.#rejections}`) * PAUSE_JITTER_MS
    const until = this.#clock.now() + Math.round((retryAfterMs ?? 1_000) + jitter)
    this.#pausedUntil = Math.max(this.#pausedUntil, until)
    this.#notify()
  }

  /** The request failed for another reason: it may have been charged for its input, not for an answer. */
  failed(permit: Permit): void {
    this.#correct(permit, { inputTokens: permit.expected.inputTokens, outputTokens: 0 })
    this.#notify()
  }

  /** ms until a request of this cost may be sent; Infinity while another has to end first; 0 for now. */
  #waitMs(expected: Cost): number {
    const now = this.#clock.now()
    if (this.#inFlight.size >= Math.floor(this.#window)) return Number.POSITIVE_INFINITY
    const waits = [...this.#buckets].map(([name, bucket]) => {
      // A request is let in while something is left, and its input has to fit, with a margin for the forecast.
      const need = Math.max(1, takenAtStart(name, expected) * (name === 'requests' ? 1 : INPUT_MARGIN))
      return bucket.waitMs(need, now)
    })
    return Math.max(0, this.#pausedUntil - now, ...waits)
  }

  #correct(permit: Permit, actual: Cost): void {
    this.#inFlight.delete(permit)
    const now = this.#clock.now()
    for (const [name, bucket] of this.#buckets) {
      const taken = permit.taken.get(name)
      // Of a bucket that became known later, the header has counted the input already.
      const correction = taken === undefined ? 0 : takenAtStart(name, actual) - taken
      bucket.take(correction + takenByAnswer(name, actual), now)
    }
  }

  #mirror(headers: Headers): void {
    const now = this.#clock.now()
    // Where input and output have buckets of their own, `tokens` only repeats the tighter of the two.
    const separate = headers.has('anthropic-ratelimit-input-tokens-limit')
    for (const name of BUCKETS) {
      if (name === 'tokens' && separate) continue
      const limit = Number(headers.get(`anthropic-ratelimit-${name}-limit`) ?? Number.NaN)
      const remaining = Number(headers.get(`anthropic-ratelimit-${name}-remaining`) ?? Number.NaN)
      if (!Number.isFinite(limit) || !Number.isFinite(remaining)) continue
      const bucket = this.#buckets.get(name)
      if (!bucket || bucket.perMinute !== limit) {
        this.#buckets.set(name, new MirroredBucket(limit, remaining, now))
        continue
      }
      // Believe the smaller: requests under way may have been larger than forecast, or somebody else may
      // spend from the same key.
      const rounding = name === 'requests' ? 0 : ROUNDING
      const excess = bucket.level(now) - (remaining + rounding)
      if (excess > 0) {
        bucket.take(excess, now)
        this.#putDownToRequestsUnderWay(name, excess)
      }
    }
  }

  /** So that it is not taken a second time when their usage is known. */
  #putDownToRequestsUnderWay(name: BucketName, amount: number): void {
    const permits = [...this.#inFlight].filter((permit) => permit.taken.has(name))
    for (const { taken } of permits) taken.set(name, (taken.get(name) ?? 0) + amount / permits.length)
  }

  /** Sleeps, but no longer than until something changes. */
  async #pause(ms: number, signal?: AbortSignal): Promise<void> {
    this.#changed = new AbortController()
    const either = signal ? AbortSignal.any([signal, this.#changed.signal]) : this.#changed.signal
    try {
      if (ms === Number.POSITIVE_INFINITY) await aborted(either)
      else await this.#clock.sleep(ms, either)
    } catch (reason) {
      if (signal?.aborted || !this.#changed.signal.aborted) throw reason
    }
  }

  #notify(): void {
    this.#changed?.abort()
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
