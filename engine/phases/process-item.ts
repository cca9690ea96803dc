import { BudgetOverError, CallFailedError, LostClaimError } from '../errors.ts'
import type { ItemOutcome, Phase } from '../events.ts'
import { type Claim, claimItem, giveBackItem, startItem } from '../persistence/claims.ts'
import type { Db } from '../persistence/database.ts'
import { type Holder, lockHolding, readHolding, writeBeside } from '../persistence/existing.ts'
import type { ItemKind, ListedItem } from '../persistence/items.ts'
import { type ItemEnd, recordItemEnd } from '../persistence/progress.ts'
import { appendLog } from '../persistence/run-log.ts'
import type { Invocation } from '../run/context.ts'

/**
 * Attempts with a whole budget after which an item fails: one may have stood still with its process, two in
 * a row mean that the item does not fit.
 */
const MOST_WHOLE_BUDGETS = 2

/** What a phase does with one item, once it is claimed. */
export interface PhaseWork<Item extends ListedItem, Answer> {
  readonly phase: Phase
  readonly kind: ItemKind
  /** Items at once. */
  readonly concurrency: number
  /** E.g. `upload 3`: for logs, events and messages. */
  readonly label: (item: Item) => string
  /** The id that the rows written refer to: of the upload, the epic, or the story itself. */
  readonly holderId: (item: Item) => string
  /** The call to Claude. */
  readonly call: (item: Item) => Promise<Answer>
  /** Writes what the answer holds, from this position on. */
  readonly write: (db: Db, item: Item, answer: Answer, firstPosition: number) => Promise<void>
  /** What the log says when the item is done, e.g. `6 cards`. */
  readonly summary: (answer: Answer) => string
}

/** @returns false when there is no time left to start it, or to go on with the next. */
export async function processItem<Item extends ListedItem, Answer>(
  invocation: Invocation,
  work: PhaseWork<Item, Answer>,
  item: Item,
): Promise<boolean> {
  const { budget } = invocation
  if (!budget.allows(work.phase)) return false
  try {
    await invocation.pace(work.phase, work.label(item), work.concurrency)
    invocation.signal.throwIfAborted()
  } catch (error) {
    if (error instanceof BudgetOverError) return false
    throw error
  }
  if (!budget.allows(work.phase)) return false
  budget.start()
  return new ItemWork(invocation, work, item).run()
}

/** One item in the hands of one invocation, from its claim to its end. */
class ItemWork<Item extends ListedItem, Answer> {
  readonly #invocation: Invocation
  readonly #work: PhaseWork<Item, Answer>
  readonly #item: Item
  readonly #label: string
  readonly #holder: Holder

  constructor(invocation: Invocation, work: PhaseWork<Item, Answer>, item: Item) {
    this.#invocation = invocation
    this.#work = work
    this.#item = item
    this.#label = work.label(item)
    this.#holder = { kind: work.kind, id: work.holderId(item) }
  }

  /** @returns false when no further item may be started */
  async run(): Promise<boolean> {
    const { db, flags, clock, held, onEvent } = this.#invocation
    const { phase, kind, concurrency } = this.#work
    // Alone, an item starts as soon as it is claimed; among others it is reserved first.
    const status = concurrency > 1 ? 'RESERVED' : 'GENERATING'
    const claimant = { lease: this.#invocation.lease(), generation: this.#invocation.generation }
    const claim = await claimItem(db, flags, kind, this.#item, claimant, status)
    if (!claim) return true
    held.get(kind)?.add(claim.id)
    onEvent({ type: 'item-claimed', phase, item: this.#label, at: clock.now() })
    try {
      return await this.#carryOut(claim, status)
    } finally {
      held.get(kind)?.delete(claim.id)
    }
  }

  async #carryOut(claimed: Claim, status: 'RESERVED' | 'GENERATING'): Promise<boolean> {
    const { db, flags } = this.#invocation
    let claim = claimed
    try {
      await this.#log('started')
      if (status === 'RESERVED') claim = await startItem(db, flags, claimed)
      this.#ended(await this.#callAndRecord(claim))
      return true
    } catch (error) {
      if (error instanceof LostClaimError) {
        this.#ended('lost')
        return true
      }
      await this.#breakOff(claim, error)
      if (error instanceof BudgetOverError) return false
      throw error
    }
  }

  /** Gives the item back, for another invocation; FAILED where whole budgets were not enough for it. */
  async #breakOff(claim: Claim, reason: unknown): Promise<void> {
    const { db, flags, budget } = this.#invocation
    try {
      const whole = reason instanceof BudgetOverError && budget.wasWhole(reason.attemptMs)
      if (whole && this.#item.wholeBudgets + 1 >= MOST_WHOLE_BUDGETS) {
        const message = `${this.#label}: not done within the ${budget.budgetMs} ms of an invocation`
        await this.#recordFailure(claim, message)
        this.#ended('failed')
        return
      }
      await giveBackItem(db, flags, claim, whole)
      await this.#log('handed back')
      this.#ended('handed-back')
    } catch (error) {
      if (error instanceof LostClaimError) this.#ended('lost')
      // Where more than the budget is wrong the reason counts, and the end of the lease frees the item.
      else if (reason instanceof BudgetOverError) throw error
    }
  }

  async #callAndRecord(claim: Claim): Promise<'completed' | 'failed'> {
    const { db, existing } = this.#invocation
    const { call, summary, write } = this.#work
    const before = existing ? await readHolding(db, this.#holder) : { count: 0, nextPosition: 0 }
    if (existing === 'SKIP' && before.count > 0 && (await this.#skip(claim))) return 'completed'
    let answer: Answer
    try {
      answer = await call(this.#item)
    } catch (error) {
      if (!(error instanceof CallFailedError)) throw error
      await this.#recordFailure(claim, error.message)
      return 'failed'
    }
    await this.#record(claim, 'COMPLETED', async (tx) => {
      const from = (position: number) => write(tx, this.#item, answer, position)
      if (!existing) await from(0)
      else if (!(await writeBeside(tx, this.#invocation.flags, existing, this.#holder, before, from))) {
        return `${this.#label}: kept what was there`
      }
      return `${this.#label}: ${summary(answer)}`
    })
    return 'completed'
  }

  /**
   * Ends the item without a call: it holds rows already, and they are to be kept.
   * @returns false with `transactions` where they have gone since they were counted
   */
  async #skip(claim: Claim): Promise<boolean> {
    const { flags } = this.#invocation
    const gone = new Error('nothing is there to be kept')
    try {
      await this.#record(claim, 'COMPLETED', async (tx) => {
        if (flags.transactions && (await lockHolding(tx, this.#holder)).count === 0) throw gone
        return `${this.#label}: kept what was there`
      })
      return true
    } catch (error) {
      if (error !== gone) throw error
      return false
    }
  }

  #recordFailure(claim: Claim, told: string): Promise<void> {
    // No text column takes a NUL, and what an API or a proxy says can hold anything.
    const reason = told.replaceAll('\0', '')
    // A reason names its item already.
    const what = reason.startsWith(`${this.#label}: `) ? reason.slice(this.#label.length + 2) : reason
    return this.#record(claim, 'FAILED', async () => `${this.#label}: failed: ${what}`, reason)
  }

  #record(
    claim: Claim,
    status: ItemEnd['status'],
    writeResults: ItemEnd['writeResults'],
    error?: string,
  ): Promise<void> {
    const { db, flags, clock, runId } = this.#invocation
    const at = new Date(clock.now())
    return recordItemEnd(db, flags, { runId, claim, status, at, writeResults, ...(error ? { error } : {}) })
  }

  #log(text: string): Promise<void> {
    const { db, flags, clock, runId } = this.#invocation
    return appendLog(db, flags, runId, `${this.#label}: ${text}`, new Date(clock.now()))
  }

  #ended(outcome: ItemOutcome): void {
    const { onEvent, clock } = this.#invocation
    onEvent({ type: 'item-ended', phase: this.#work.phase, item: this.#label, outcome, at: clock.now() })
  }
}
