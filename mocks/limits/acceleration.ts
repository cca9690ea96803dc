/** Refuses a sharp rise: the last minute may have so many times the requests of the minute before it. */
export interface AccelerationLimit {
  /** The last minute may have this many times the requests of the minute before. */
  readonly factor: number
  /** So many requests in a minute are always let in, whatever the minute before had. */
  readonly freeRequestsPerMinute: number
}

export interface AccelerationMeter {
  /**
   * The least number of seconds, from `atLeast` on, after which one more request is let in. Not simply a
   * time from which on it is: the minute before fades while the last minute still counts.
   */
  waitSeconds(nowMs: number, atLeast?: number): number
  count(nowMs: number): void
}

/** Two minutes in slots of a second: the memory is fixed, and the windows move in whole seconds. */
const SLOTS = 120
const MINUTE = 60

export function createAccelerationMeter(limit: AccelerationLimit): AccelerationMeter {
  const counts = new Array<number>(SLOTS).fill(0)
  let newest = Number.NEGATIVE_INFINITY
  const slotOf = (second: number) => ((second % SLOTS) + SLOTS) % SLOTS
  const moveTo = (second: number) => {
    for (let passed = Math.max(newest + 1, second - SLOTS + 1); passed <= second; passed += 1) {
      counts[slotOf(passed)] = 0
    }
    newest = Math.max(newest, second)
  }
  /** Requests in the seconds from `first` to `last`, both included, without those yet to come. */
  const between = (first: number, last: number) => {
    let sum = 0
    for (let second = Math.max(first, newest - SLOTS + 1); second <= Math.min(last, newest); second += 1) {
      sum += counts[slotOf(second)] ?? 0
    }
    return sum
  }
  const letsIn = (second: number) => {
    const before = between(second - 2 * MINUTE + 1, second - MINUTE)
    const allowed = Math.max(limit.freeRequestsPerMinute, limit.factor * before)
    return between(second - MINUTE + 1, second) + 1 <= allowed
  }
  return {
    waitSeconds(now, atLeast = 0) {
      const second = Math.floor(now / 1_000)
      moveTo(second)
      // After a minute without a request the last minute is empty, and an empty minute lets one in.
      let wait = atLeast
      while (wait < MINUTE && !letsIn(second + wait)) wait += 1
      return wait
    },
    count(now) {
      const second = Math.floor(now / 1_000)
      moveTo(second)
      counts[slotOf(second)] = (counts[slotOf(second)] ?? 0) + 1
    },
  }
}
