/** A map that forgets what has not been set or read for long, so that its memory is bounded. */
export interface RecentMap<Value> {
  get(key: string): Value | undefined
  set(key: string, value: Value): void
}

/**
 * Keeps at least the last `least` keys and at most twice as many. Two generations, because to find the
 * oldest key of one Map V8 steps over every deleted one before it, which takes microseconds.
 */
export function createRecentMap<Value>(least: number): RecentMap<Value> {
  let young = new Map<string, Value>()
  let old = new Map<string, Value>()
  const set = (key: string, value: Value) => {
    young.set(key, value)
    if (young.size < least) return
    old = young
    young = new Map()
  }
  return {
    get(key) {
      const found = young.get(key)
      if (found !== undefined) return found
      const before = old.get(key)
      if (before !== undefined) set(key, before)
      return before
    },
    set,
  }
}
