import { setTimeout as realDelay } from 'node:timers/promises'
import type { ReadLockWaiters } from './clock.ts'

/** A statement that waits for a lock. */
export interface LockWait {
  readonly what: string
  /** Virtual, ms. */
  readonly sinceMs: number
  /** Set when the real statement has ended; it is delivered by the clock. */
  settled: boolean
  readonly deliver: () => void
  readonly fail: (reason: unknown) => void
}

/** How long a statement runs before the database is asked whether it waits for a lock, real ms. */
const FIRST_PROBE_MS = 3
const PROBE_EVERY_MS = 1

/**
 * The statements that wait for a lock, in the order in which they came to wait. What is known of them
 * comes from the database, not from how long they take.
 */
export class LockWaits {
  readonly #waits: LockWait[] = []

  get size(): number {
    return this.#waits.length
  }

  /** What waits, a line each. */
  describe(): string[] {
    return this.#waits.map(
      (wait) => `waits for a lock: ${wait.what}, since ${new Date(wait.sinceMs).toISOString()} (virtual)`,
    )
  }

  add(wait: LockWait, outcome: Promise<unknown>): void {
    this.#waits.push(wait)
    void outcome.then(() => {
      wait.settled = true
    })
  }

  /**
   * Waits in real time until a statement that was just begun has ended or waits for a lock.
   * @returns true where it waits.
   */
  async isLockWait(outcome: Promise<unknown>, ended: () => boolean, read: ReadLockWaiters): Promise<boolean> {
    for (let delay = FIRST_PROBE_MS; ; delay = PROBE_EVERY_MS) {
      await firstOf(outcome, delay)
      if (ended()) return false
      const { waiting, deadlock } = await read()
      if (ended()) return false
      if (!deadlock && waiting > this.#unsettled()) return true
    }
  }

  /**
   * Waits in real time, after a statement that may have released locks, until every statement that
   * waited has either ended or is seen to wait still.
   */
  async settle(read: ReadLockWaiters, isStopped: () => boolean): Promise<void> {
    for (;;) {
      const before = this.#unsettled()
      if (before === 0 || isStopped()) return
      const { waiting, deadlock } = await read()
      if (!deadlock && waiting === before && this.#unsettled() === before) return
      await realDelay(PROBE_EVERY_MS)
    }
  }

  /** Waits in real time until one has ended by itself, as the victim of a deadlock does. */
  async untilOneEnds(isStopped: () => boolean): Promise<void> {
    while (this.#unsettled() === this.#waits.length && !isStopped()) await realDelay(PROBE_EVERY_MS)
  }

  /** Takes out those whose statement has ended, in the order in which they came to wait. */
  takeEnded(): LockWait[] {
    const ended = this.#waits.filter((wait) => wait.settled)
    for (const wait of ended) this.#waits.splice(this.#waits.indexOf(wait), 1)
    return ended
  }

  takeAll(): LockWait[] {
    return this.#waits.splice(0)
  }

  #unsettled(): number {
    return this.#waits.filter((wait) => !wait.settled).length
  }
}

/** Waits for the work or for `ms` of real time, whichever is first, and leaves no timer behind. */
async function firstOf(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([
    work,
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms)
    }),
  ])
  clearTimeout(timer)
}
