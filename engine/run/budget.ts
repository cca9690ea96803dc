import type { Phase } from '../events.ts'
import type { Clock } from '../ports.ts'

/** What an item is expected to take before one of its phase has been seen, ms. */
const FIRST_ESTIMATE_MS = 20_000

/** An item may take longer than the longest before it: latencies are skewed to the right. */
const MARGIN = 1.5
/** Kept free for handing the run over, ms. */
const HAND_OVER_MS = 1_000

/**
 * The time that an invocation may use. An item is started only if the longest of its phase so far,
 * and a margin, would still fit.
 */
export class Budget {
  readonly #clock: Clock
  readonly #deadline: number
  readonly #longest: Map<Phase, number>

  /**
   * @param budgetMs What the invocation may use, ms.
   * @param longest What items took in earlier invocations, ms; written to.
   */
  constructor(clock: Clock, budgetMs: number, longest: Map<Phase, number>) {
    this.#clock = clock
    this.#deadline = clock.now() + budgetMs
    this.#longest = longest
  }

  allows(phase: Phase): boolean {
    const longest = this.#longest.get(phase) ?? FIRST_ESTIMATE_MS
    return this.#clock.now() + longest * MARGIN + HAND_OVER_MS <= this.#deadline
  }

  /** Runs an item's work and remembers how long it took. */
  async timed<T>(phase: Phase, work: () => Promise<T>): Promise<T> {
    const startedAt = this.#clock.now()
    try {
      return await work()
    } finally {
      const took = this.#clock.now() - startedAt
      this.#longest.set(phase, Math.max(took, this.#longest.get(phase) ?? 0))
    }
  }
}
