import type { LockableStatement, LockWait } from './clock.ts'

/** What became of a statement. */
export type Sent<T> =
  | { readonly state: 'ended'; readonly value: T }
  | { readonly state: 'failed'; readonly error: unknown }
  | { readonly state: 'waits'; readonly wait: LockWait }

/** How long a statement runs before the database is asked whether it waits for a lock, real ms. */
const FIRST_PROBE_MS = 3
const PROBE_EVERY_MS = 1

/**
 * Sends a statement, and waits in real time until it has ended or is seen to wait for a lock. One that
 * waits is withdrawn; one that would wait for itself is ended as PostgreSQL ends it.
 */
export async function send<T>(
  statement: LockableStatement<T>,
  closesCircle: (wait: LockWait) => boolean,
): Promise<Sent<T>> {
  let result: Sent<T> | undefined
  const work = statement.send()
  const outcome = work.then(
    (value) => {
      result = { state: 'ended', value }
    },
    (error: unknown) => {
      result = { state: 'failed', error }
    },
  )
  for (let delay = FIRST_PROBE_MS; ; delay = PROBE_EVERY_MS) {
    await firstOf(outcome, delay)
    if (result) return result
    const wait = await statement.readLockWait()
    if (result) return result
    if (!wait) continue
    const circle = statement.inTransaction && closesCircle(wait)
    await statement.withdraw(wait, work)
    if (!circle) return { state: 'waits', wait }
    return statement.raiseDeadlock().catch((error: unknown) => ({ state: 'failed', error }))
  }
}

/** Waits for the work or for `ms` of real time, whichever is first, and leaves no timer behind. */
async function firstOf(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work, late])
  clearTimeout(timer)
}
