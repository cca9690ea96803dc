import { BudgetOverError } from '../errors.ts'
import type { Phase } from '../events.ts'
import type { Clock } from '../ports.ts'
import type { AnswerDurations } from './answer-durations.ts'

/** What a call is expected to take before one of its phase has been answered, ms. */
const FIRST_ESTIMATE_MS = 20_000
/** A call may take longer than those before it: latencies are skewed to the right. */
const MARGIN = 1.5
/** An attempt that has had this share of the budget had it for itself. */
const NEARLY_ALL = 0.9

/** Kept free for writing results and handing the run over, ms. */
function reserveMs(budgetMs: number): number {
  return Math.min(2_000, budgetMs / 10)
}

/**
 * What a connection's `idle_in_transaction_session_timeout` should be, ms: half of what a budget keeps free. A
 * process that stands still inside a transaction holds its locks; PostgreSQL ends it, and who waits for them still
 * hands over in time. Nothing is lost: the transaction is rolled back, and the claim runs out.
 * @param budgetMs Of an invocation.
 */
export function idleTransactionTimeoutMs(budgetMs: number): number {
  return Math.round(reserveMs(budgetMs) / 2)
}

/**
 * The time that an invocation may use. A call is started only if one as long as the long ones of its phase
 * so far, and a margin, would still end in time; one that does not is broken off, so that the rest of
 * the budget is enough to hand the run over.
 */
export class Budget {
  readonly budgetMs: number
  readonly #clock: Clock
  readonly #end: number
  readonly #durations: AnswerDurations
  readonly #over = new AbortController()
  readonly #closed = new AbortController()
  #started = 0
  #attempts = 0

  /**
   * @param budgetMs What the invocation may use, ms.
   * @param durations What answers have taken so far.
   */
  constructor(clock: Clock, budgetMs: number, durations: AnswerDurations) {
    this.budgetMs = budgetMs
    this.#clock = clock
    this.#end = clock.now() + budgetMs - reserveMs(budgetMs)
    this.#durations = durations
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
    return this.#started === 0 || this.#fits(phase)
  }

  #fits(phase: Phase): boolean {
    const expected = this.#durations.expectMs(phase) ?? FIRST_ESTIMATE_MS
    return this.#clock.now() + expected * MARGIN <= this.#end
  }

  /**
   * Whether an attempt may be made that comes later than its item was begun: a retry, or one that has waited
   * for the rate limit. The first of an invocation may, or a run could stand still for ever.
   */
  allowsAttempt(phase: Phase): boolean {
    return this.#attempts++ === 0 || this.#fits(phase)
  }

  /** Counts an item that is begun. */
  start(): void {
    this.#started++
  }

  /**
   * Whether an attempt that was broken off after so long had a whole budget for itself. It is broken off before
   * the budget is over; one that was later stood still with its process, and says nothing of the item.
   */
  wasWhole(attemptMs: number): boolean {
    const least = NEARLY_ALL * (this.budgetMs - reserveMs(this.budgetMs))
    return attemptMs >= least && attemptMs <= this.budgetMs
  }

  /** The invocation has ended: nothing waits for its end any more. */
  close(): void {
    this.#closed.abort(new BudgetOverError('the invocation has ended'))
  }
}
