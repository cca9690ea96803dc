import type { Engine } from '../engine.ts'
import type { LogLine } from '../run/read-run.ts'

/**
 * So many lines are looked at again: those of a transaction that commits late come to stand before lines
 * that were read already. More than one process has transactions under way at once.
 */
const OVERLAP = 100
const PAGE = 500

/** Reads a run's log as it grows, each line once. */
export class LogTail {
  readonly #engine: Pick<Engine, 'log'>
  readonly #runId: string
  /** The last lines that were read. */
  #recent: readonly LogLine[] = []
  #position: number

  /** @param position How many lines to leave out. */
  constructor(engine: Pick<Engine, 'log'>, runId: string, position: number) {
    this.#engine = engine
    this.#runId = runId
    this.#position = position
  }

  /** How many lines have been read or left out: what a reader of the rest begins with. */
  get position(): number {
    return this.#position
  }

  /** The lines that have come since; an empty list where there are none. */
  async read(): Promise<readonly LogLine[]> {
    const fresh: LogLine[] = []
    for (;;) {
      const start = this.#position - this.#recent.length
      const { lines } = await this.#engine.log(this.#runId, { after: start, take: PAGE })
      fresh.push(...without(lines, this.#recent))
      this.#position = start + lines.length
      this.#recent = lines.slice(-OVERLAP)
      if (lines.length < PAGE) return fresh
    }
  }
}

/** Two lines can be equal: each that is known takes one away. */
function without(lines: readonly LogLine[], known: readonly LogLine[]): LogLine[] {
  const left = new Map<string, number>()
  for (const line of known) left.set(keyOf(line), (left.get(keyOf(line)) ?? 0) + 1)
  return lines.filter((line) => {
    const count = left.get(keyOf(line)) ?? 0
    if (count > 0) left.set(keyOf(line), count - 1)
    return count === 0
  })
}

function keyOf({ at, line }: LogLine): string {
  return `${at} ${line}`
}
