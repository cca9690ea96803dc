import { z } from 'zod'
import type { LoggedError } from '../../../reports/index.ts'

/** A line of the log that says why something went wrong; a request that was answered with 500 has such a line beside its own. */
const errorLineSchema = z.object({
  level: z.enum(['error', 'fatal']),
  err: z.object({ message: z.string() }),
})

/** Kept of a message, characters. */
const KEPT = 300
/** Messages that are told apart: some have an id in them. */
const MOST_KINDS = 50

/** Counts the errors in what processes print, by process and message. */
export class LoggedErrors {
  readonly #counts = new Map<string, LoggedError>()
  readonly #parts = new Map<string, string>()

  /** @param text Printed by the process, not necessarily whole lines. */
  read(process: string, text: string): void {
    const lines = `${this.#parts.get(process) ?? ''}${text}`.split('\n')
    this.#parts.set(process, lines.pop() ?? '')
    for (const line of lines) {
      const message = messageOf(line)
      if (message !== undefined) this.#add(process, message)
    }
  }

  get all(): LoggedError[] {
    return [...this.#counts.values()].sort((a, b) => b.count - a.count)
  }

  #add(process: string, message: string): void {
    const keyOf = (what: string) => `${process}: ${what}`
    const hasRoom = this.#counts.has(keyOf(message)) || this.#counts.size < MOST_KINDS
    const kind = hasRoom ? message : 'others'
    const count = (this.#counts.get(keyOf(kind))?.count ?? 0) + 1
    this.#counts.set(keyOf(kind), { process, message: kind, count })
  }
}

function messageOf(line: string): string | undefined {
  // Most lines are none of these, and a load prints many.
  if (!line.includes('"err"')) return undefined
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch {
    return undefined
  }
  const parsed = errorLineSchema.safeParse(json)
  return parsed.success ? parsed.data.err.message.trim().slice(0, KEPT) : undefined
}
