import type { Phase } from '../events.ts'

/** So many answers of a phase are remembered: what was long ago says little of the API today. */
const REMEMBERED = 50
/** A single slow answer among ten is no measure for the next: budgets would be left unused for its sake. */
const QUANTILE = 0.9

/** How long answers take, by phase: what budgets are reckoned with. */
export class AnswerDurations {
  readonly #recent = new Map<Phase, number[]>()

  /** @param ms From the request to the whole answer. */
  add(phase: Phase, ms: number): void {
    const recent = [...(this.#recent.get(phase) ?? []), ms]
    this.#recent.set(phase, recent.slice(-REMEMBERED))
  }

  /** What nine of ten of the last answers did not exceed, ms; undefined before the first. */
  expectMs(phase: Phase): number | undefined {
    const sorted = [...(this.#recent.get(phase) ?? [])].sort((a, b) => a - b)
    return sorted[Math.ceil(QUANTILE * sorted.length) - 1]
  }
}
