import type { LockWait } from './clock.ts'

/** A statement that met a lock and waits on the clock to be sent again. */
export interface QueuedStatement {
  readonly what: string
  /** When it first met the lock. Virtual, ms. */
  readonly sinceMs: number
  /** Of a statement in a transaction: the backend whose locks it keeps while it waits. */
  readonly wait: LockWait | undefined
  readonly wake: () => void
  readonly fail: (reason: unknown) => void
}

/**
 * The statements that wait for locks, in the order in which they met them.
 *
 * PostgreSQL gives no order: when a row's holder commits, all that wait for the row race for its new
 * version. So no statement is left waiting there: one that meets a lock is withdrawn, waits here, and is
 * sent again, in turn, whenever locks may have become free.
 */
export class LockQueue {
  readonly #queue: QueuedStatement[] = []

  get length(): number {
    return this.#queue.length
  }

  /** When the one that waits longest first met its lock, ms; Infinity where none waits. */
  oldestMs(): number {
    return this.#queue[0]?.sinceMs ?? Number.POSITIVE_INFINITY
  }

  /** What waits, a line each. */
  describe(): string[] {
    return this.#queue.map(
      ({ what, sinceMs }) => `waits for a lock: ${what}, since ${new Date(sinceMs).toISOString()} (virtual)`,
    )
  }

  /** Puts a statement in its place: by the time at which it first met the lock, then by arrival. */
  add(statement: QueuedStatement): void {
    let index = this.#queue.length
    while (index > 0 && (this.#queue[index - 1] as QueuedStatement).sinceMs > statement.sinceMs) index--
    this.#queue.splice(index, 0, statement)
  }

  takeAll(): QueuedStatement[] {
    return this.#queue.splice(0)
  }

  /** Whether a transaction that comes to wait would wait for itself, through others that wait here. */
  closesCircle({ pid, blockers }: LockWait): boolean {
    const blockersOf = new Map(
      this.#queue.flatMap(({ wait }) => (wait ? [[wait.pid, wait.blockers] as const] : [])),
    )
    const seen = new Set<number>()
    const open = [...blockers]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (next === pid) return true
      if (seen.has(next)) continue
      seen.add(next)
      open.push(...(blockersOf.get(next) ?? []))
    }
    return false
  }
}
