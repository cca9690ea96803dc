import type { Handler, HandlerParts } from '../handler.ts'

/** A database that has not answered by then counts as out of reach, ms. */
const ANSWER_WITHIN_MS = 2_000

/** GET /health: 200 where the database answers, 503 where it does not. Open to all. */
export function healthHandler({ clock, checkDatabase }: HandlerParts): Handler {
  return async () => {
    const answered = new AbortController()
    const reachable = await Promise.race([
      checkDatabase().then(
        () => true,
        () => false,
      ),
      clock.sleep(ANSWER_WITHIN_MS, answered.signal).then(
        () => false,
        () => false,
      ),
    ])
    answered.abort()
    return reachable
      ? Response.json({ status: 'ok', database: 'reachable' })
      : Response.json({ status: 'unavailable', database: 'unreachable' }, { status: 503 })
  }
}
