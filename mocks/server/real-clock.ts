import type { Clock } from '../ports.ts'

/** setTimeout takes no more, ms; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The wall clock, for the standalone server. */
export function createRealClock(): Clock {
  const { timeOrigin } = performance
  return {
    // Monotonic: a correction of the system's time must not refill a bucket.
    now: () => timeOrigin + performance.now(),
    sleep(ms, signal) {
      if (signal?.aborted) return Promise.reject(signal.reason)
      // A timer of 0 ms waits for 1 ms: a profile without latency would have one.
      if (ms <= 0) return Promise.resolve()
      return new Promise((resolve, reject) => {
        const onAbort = () => {
          clearTimeout(timer)
          reject(signal?.reason)
        }
        const timer = setTimeout(
          () => {
            signal?.removeEventListener('abort', onAbort)
            resolve()
          },
          Math.min(ms, LONGEST_TIMER_MS),
        )
        signal?.addEventListener('abort', onAbort, { once: true })
      })
    },
  }
}
