import { setTimeout as wait } from 'node:timers/promises'
import type { Clock, Random } from './ports.ts'

/** The machine's clock. Leases compare the times of several machines: keep their clocks synchronised. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await wait(ms, undefined, signal ? { signal } : {})
    } catch (error) {
      throw signal?.aborted ? signal.reason : error
    }
  },
}

/** Random numbers that no seed repeats. */
export const systemRandom: Random = { draw: () => Math.random() }
