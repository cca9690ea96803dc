import type { Clock, Random } from './ports.ts'

/** A timer of Node's takes no more, ms; a longer one fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The machine's clock. Leases compare the times of several machines: keep their clocks synchronised. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep(ms, signal) {
    // Monotonic: a correction of the system's time must not stretch a sleep.
    const until = performance.now() + ms
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      let timer: NodeJS.Timeout | undefined
      const onAbort = () => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const waitFor = (leftMs: number) => {
        timer = setTimeout(look, Math.min(leftMs, LONGEST_TIMER_MS))
      }
      const look = () => {
        const leftMs = until - performance.now()
        // A timer may come early, by less than 1 ms: that is no reason for another.
        if (leftMs >= 1) return waitFor(leftMs)
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }
      waitFor(ms)
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  },
}

/** Random numbers that no seed repeats. */
export const systemRandom: Random = { draw: () => Math.random() }
