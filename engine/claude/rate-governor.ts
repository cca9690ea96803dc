import type { Phase } from '../events.ts'
import type { Clock, Random } from '../ports.ts'
import { FairQueue } from './fair-queue.ts'
import { fail, giveBack, reject, succeed } from './permit-ends.ts'
import { impossible, leaveLine, type Reply, requestPermit } from './permits.ts'
import { readLimits } from './rate-limit-headers.ts'
import type { Cost, Permit, RateLimitState } from './rate-limit-state.ts'
import type { RateLimitStore } from './rate-limit-store.ts'
import { WakeUp } from './wake-up.ts'

/** After a 429 the pool waits up to this much longer than retry-after, so that it does not return as one. */
const PAUSE_JITTER_MS = 250
/**
 * Other processes do not say when a request of theirs has ended: where the state is shared, whoever waits
 * for one looks again after this long, ms. An answer takes seconds, so little is lost; and a process that
 * waits makes four round trips a second.
 */
export const POLL_MS = 250

export interface RateGovernorOptions {
  readonly clock: Clock
  readonly random: Random
  readonly store: RateLimitStore
  /** Names this process, unlike all others that share the state. */
  readonly process: string
  /** The window of requests under way never grows beyond it. */
  readonly maxConcurrency: number
}

interface Waiter {
  readonly expected: Cost
  readonly granted: (permit: Permit) => void
  readonly refused: (reason: unknown) => void
  /** It need not be told of an abort any more. */
  readonly settled: () => void
}

/**
 * Keeps a pool of callers just under the API's limits: the buckets of the key are mirrored from the
 * headers, each request reserves its input before it is sent and is corrected from its usage, and a 429
 * pauses the whole pool. Output is taken when it is known: the API lets it overdraw a bucket, and the
 * next request waits until that is refilled. How many requests are under way adapts: one more for
 * each round of successes, half on a 429.
 *
 * What is known is kept in a store, and changed by the pure functions of permits.ts and permit-ends.ts;
 * here is the waiting. Callers are served round robin between phases, first come first served within one.
 */
export class RateGovernor {
  readonly #options: RateGovernorOptions
  readonly #queue = new FairQueue<Phase, Waiter>()
  #serving = false
  #permits = 0
  #rejections = 0
  readonly #wakeUp: WakeUp

  constructor(options: RateGovernorOptions) {
    this.#options = options
    this.#wakeUp = new WakeUp(options.clock)
  }

  /**
   * Waits until it is this caller's turn and a request of this cost fits under every limit.
   * @throws the signal's reason when it aborts
   */
  acquire(expected: Cost, { phase, signal }: { phase: Phase; signal?: AbortSignal }): Promise<Permit> {
    if (signal?.aborted) return Promise.reject(signal.reason)
    return new Promise<Permit>((granted, refused) => {
      const onAbort = () => {
        this.#queue.remove(phase, waiter)
        this.#wakeUp.notify()
        refused(signal?.reason)
      }
      const waiter: Waiter = {
        expected,
        granted,
        refused,
        settled: () => signal?.removeEventListener('abort', onAbort),
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#queue.add(phase, waiter)
      if (!this.#serving) void this.#serve()
    })
  }

  /** Why a request can never be let through; undefined where it can, or where that is not known yet. */
  impossible(cost: Cost): string | undefined {
    return impossible(this.#options.store.seen, cost)
  }

  /** The request was answered: corrects the reservation and reads the headers. */
  succeeded(permit: Permit, actual: Cost, headers: Headers): Promise<void> {
    const answer = { actual, seen: this.#seen(headers), maxWindow: this.#options.maxConcurrency }
    return this.#change((state, now) => succeed(state, permit, answer, now))
  }

  /** The request was refused with 429: nobody sends until retry-after is over. */
  rejected(permit: Permit, retryAfterMs: number | undefined, headers: Headers | undefined): Promise<void> {
    const jitter = this.#options.random.draw(`governor-pause:${++this.#rejections}`) * PAUSE_JITTER_MS
    const pauseMs = Math.round((retryAfterMs ?? 1_000) + jitter)
    const refusal = { pauseMs, seen: this.#seen(headers ?? new Headers()) }
    return this.#change((state, now) => reject(state, permit, refusal, now))
  }

  /** No request was sent. */
  released(permit: Permit): Promise<void> {
    return this.#change((state, now) => giveBack(state, permit, now))
  }

  /** The request failed for another reason. */
  failed(permit: Permit): Promise<void> {
    return this.#change((state, now) => fail(state, permit, now))
  }

  /** One caller at a time asks for its permit, until nobody waits. */
  async #serve(): Promise<void> {
    const { clock, store, process } = this.#options
    this.#serving = true
    let inLine = false
    try {
      for (;;) {
        const notified = this.#wakeUp.notified
        const waiter = this.#queue.peek()
        if (!waiter && !inLine) return
        if (!waiter) {
          await store.update((state) => ({ state: leaveLine(state, process), result: undefined }))
          inLine = false
          continue
        }
        const request = { id: `${process}:${++this.#permits}`, process, expected: waiter.expected }
        let askedAt = 0
        const reply = await store.update((state) => {
          askedAt = clock.now()
          return requestPermit(state, request, askedAt)
        })
        inLine = reply.state !== 'granted'
        if (reply.state !== 'granted') {
          const ms = askedAt + this.#waitMs(reply) - clock.now()
          await this.#wakeUp.sleep(Math.max(0, ms), notified)
        } else if (this.#queue.peek() === waiter) {
          this.#queue.shift()
          waiter.settled()
          waiter.granted(reply.permit)
        } else {
          // Its caller went away while the state was changed.
          await this.#change((state, now) => giveBack(state, reply.permit, now))
        }
      }
    } catch (error) {
      for (let waiter = this.#queue.shift(); waiter; waiter = this.#queue.shift()) {
        waiter.settled()
        waiter.refused(error)
      }
    } finally {
      this.#serving = false
    }
  }

  /** How long to wait before asking again, ms, unless something changes here. */
  #waitMs(reply: Exclude<Reply, { state: 'granted' }>): number {
    if (reply.state === 'wait') return reply.ms
    return this.#options.store.shared ? Math.max(POLL_MS, reply.ms) : Number.POSITIVE_INFINITY
  }

  async #change(change: (state: RateLimitState, now: number) => RateLimitState): Promise<void> {
    const { clock, store } = this.#options
    await store.update((state) => ({ state: change(state, clock.now()), result: undefined }))
    this.#wakeUp.notify()
  }

  #seen(headers: Headers) {
    return { limits: readLimits(headers), at: this.#options.clock.now() }
  }
}
