import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from './ports.ts'

/** For unit tests: time moves only when the test moves it. */
export interface ManualClock extends Clock {
  /** Lets the code run until it sleeps, then moves time, waking the sleepers one by one in order. */
  advance(ms: number): Promise<void>
  /** Advances from sleeper to sleeper until the promise settles. */
  run<T>(promise: Promise<T>): Promise<T>
  /** The duration of every sleep asked for, ms. */
  readonly sleeps: readonly number[]
}

/** Turns of the event loop after which the SDK, MSW and the mock have come to rest. */
const TURNS_TO_REST = 10

export function createManualClock(startMs: number): ManualClock {
  let now = startMs
  const sleeps: number[] = []
  const sleepers: { readonly at: number; wake(): void }[] = []
  const rest = async () => {
    for (let i = 0; i < TURNS_TO_REST; i += 1) await nextTurn()
  }
  const wakeNext = async (until: number): Promise<boolean> => {
    await rest()
    sleepers.sort((a, b) => a.at - b.at)
    const next = sleepers[0]
    if (next === undefined || next.at > until) return false
    sleepers.shift()
    now = next.at
    next.wake()
    return true
  }
  return {
    sleeps,
    now: () => now,
    sleep(ms, signal) {
      sleeps.push(ms)
      return new Promise((resolve, reject) => {
        const sleeper = {
          at: now + ms,
          wake() {
            signal?.removeEventListener('abort', abort)
            resolve()
          },
        }
        const abort = () => {
          const index = sleepers.indexOf(sleeper)
          if (index >= 0) sleepers.splice(index, 1)
          reject(signal?.reason)
        }
        sleepers.push(sleeper)
        signal?.addEventListener('abort', abort, { once: true })
      })
    },
    async advance(ms) {
      const until = now + ms
      while (await wakeNext(until)) {
        // Each pass wakes one sleeper.
      }
      now = until
    },
    async run(promise) {
      let settled = false
      const done = () => {
        settled = true
      }
      promise.then(done, done)
      await rest()
      while (!settled) {
        if (!(await wakeNext(Number.POSITIVE_INFINITY))) throw new Error('Expected a sleeper, got none.')
        await rest()
      }
      return promise
    },
  }
}
