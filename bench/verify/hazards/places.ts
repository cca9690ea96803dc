import type { ExecutedSchedule, HistoryEvent } from '../run-schedule.ts'
import type { TraceEntry } from '../trace.ts'

/** The last entry before `end` that holds; null where none does. */
export function lastPlace(
  trace: readonly TraceEntry[],
  holds: (entry: TraceEntry) => boolean,
  end = trace.length,
): number | null {
  for (let place = Math.min(end, trace.length) - 1; place >= 0; place--) {
    if (holds(trace[place] as TraceEntry)) return place
  }
  return null
}

/** The last statement of this shape that the actor of an event sent before it. */
export function statementBefore(
  { trace }: ExecutedSchedule,
  { actor, place }: HistoryEvent,
  shape: string,
): number | null {
  return lastPlace(trace, (entry) => entry.actor === actor && entry.shape === shape, place)
}

/** Where something was done to an actor: the first death, stall or fault. */
export function firstFault({ trace }: ExecutedSchedule): number | null {
  const place = trace.findIndex(({ kind }) => kind === 'fault')
  return place < 0 ? null : place
}

/**
 * The first write of a column of the run that does not know of another's: between the statement that read
 * what is written and the write, somebody else wrote.
 */
export function lostUpdate({ trace }: ExecutedSchedule, column: string): number | null {
  const writes = (entry: TraceEntry) =>
    entry.shape === 'UPDATE Run' && entry.rows === 1 && entry.text.includes(`SET ${column} =`)
  const reads = (entry: TraceEntry) =>
    entry.shape === 'SELECT Run' && new RegExp(`SELECT .*\\b${column}\\b.* FROM`).test(entry.text)
  const place = trace.findIndex((entry, index) => {
    if (!writes(entry)) return false
    const read = lastPlace(trace, (other) => other.actor === entry.actor && reads(other), index)
    return (
      read !== null && trace.slice(read, index).some((other) => other.actor !== entry.actor && writes(other))
    )
  })
  return place < 0 ? lastPlace(trace, writes) : place
}
