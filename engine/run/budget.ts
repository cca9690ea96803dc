import { BudgetOverError } from '../errors.ts'
import type { Phase } from '../events.ts'
import type { Clock } from '../ports.ts'

/** What a call is expected to take before one of its phase has been answered, ms. */
const FIRST_ESTIMATE_MS = 20_000
/** A call may take longer than the longest before it: latencies are skewed to the right. */
const MARGIN = 1.5
/** An attempt that has had this share of the budget would not end in another one either. */
const NEARLY_ALL = 0.9

/** Kept free for writing results and handing the run over, ms. */
function reserveMs(budgetMs: number): number {
  return Math.min(2_000, budgetMs / 10)
}

/**
 * The time that an invocation may use. A call is started only if one as long as the longest of its phase
 * so far, and a margin, would still end in time; one that does not is broken off, so that the rest of
 * the budget is enough to hand the run over.
 */
export class Budget {
  readonly budgetMs: number
  readonly #clock: Clock
  readonly #end: number
  readonly #longest: ReadonlyMap<Phase, number>
  readonly #over = new AbortController()
  readonly #closed = new AbortController()
  #started = 0

  /**
   * @param budgetMs What the invocation may use, ms.
   * @param longest The longest answer of each phase so far, ms.
   */
  constructor(clock: Clock, budgetMs: number, longest: ReadonlyMap<Phase, number>) {
    this.budgetMs = budgetMs
    this.#clock = clock
    this.#end = clock.now() + budgetMs - reserveMs(budgetMs)
    this.#longest = longest
    clock.sleep(this.#end - clock.now(), this.#closed.signal).then(
      () => this.#over.abort(new BudgetOverError(`the budget of ${budgetMs} ms is used up`)),
      // Closed, or the clock has stopped: then nothing is left to break off.
      () => {},
    )
  }

  /** Aborts when what is under way must be broken off. */
  get signal(): AbortSignal {
    return this.#over.signal
  }

  /** Whether a call may be started. The first of an invocation may, or a run could stand still for ever. */
  allows(phase: Phase): boolean {
    if (this.#over.signal.aborted) return false
    if (this.#started === 0) return true
    const longest = this.#longest.get(phase) ?? FIRST_ESTIMATE_MS
    return this.#clock.now() + longest * MARGIN <= this.#end
  }

  /**
   * Whether another attempt at a call may be made. Where only one item was begun it has had all the time
   * there is: in the next invocation there would be no more, and its retries end in any case.
   */
  allowsRetry(phase: Phase): boolean {
    return this.#started === 1 || this.allows(phase)
  }

  /** Counts an item that is begun. */
  start(): void {
    this.#started++
  }

  /** Whether an attempt that was broken off after so long had nearly the whole budget for itself. */
  wasNearlyAll(attemptMs: number): boolean {
    return attemptMs >= NEARLY_ALL * (this.budgetMs - reserveMs(this.budgetMs))
  }

  /** The invocation has ended: nothing waits for its end any more. */
  close(): void {
    this.#closed.abort(new BudgetOverError('the invocation has ended'))
  }
}
