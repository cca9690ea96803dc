/** Thrown into everything that waits when virtual time cannot move. */
export class ClockStalledError extends Error {
  override readonly name = 'ClockStalledError'
  readonly code = 'CLOCK_STALLED'
}

/** Looked at this often, real ms. */
const CHECK_EVERY_MS = 200

/**
 * Calls `onStall` once nothing has happened for `limitMs` of real time.
 * @param activity A count that grows with everything that happens.
 * @returns ends the watch
 */
export function watchForStall(activity: () => number, limitMs: number, onStall: () => void): () => void {
  let seen = activity()
  let since = performance.now()
  const timer = setInterval(() => {
    if (activity() !== seen) {
      seen = activity()
      since = performance.now()
    } else if (performance.now() - since > limitMs) {
      clearInterval(timer)
      onStall()
    }
  }, CHECK_EVERY_MS)
  // Not unref'd: nothing else may keep the process, and it is to end with this error and not without a word.
  return () => clearInterval(timer)
}
