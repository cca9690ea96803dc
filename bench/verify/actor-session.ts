import { AsyncLocalStorage } from 'node:async_hooks'
import type { Clock } from '../../engine/index.ts'
import type { BenchClock } from '../clock/index.ts'
import { seededNumber } from '../run/index.ts'
import type { ActorPlan, DatabaseFault } from './plan.ts'
import type { TraceEntry } from './trace.ts'

/** Statements and calls of one process; ten times what the longest schedules take. Then it is ended: it spins. */
const MOST_REQUESTS = 3_000

/** What a session needs of its schedule. */
export interface SessionSetting {
  readonly index: number
  readonly plan: ActorPlan
  readonly seed: number
  readonly clock: BenchClock
  /** When the schedule began, ms of the clock. */
  readonly startMs: number
  readonly trace: TraceEntry[]
  /** After which PostgreSQL ends a transaction in which its process sends nothing, ms. */
  readonly idleTransactionMs: number
}

/** A transaction that an actor has open: PostgreSQL rolls it back when the actor dies. */
export interface OpenTransaction {
  rollBack(): Promise<void>
}

/**
 * Whose work is being done: what an invocation of an earlier schedule has left running, on a client that is
 * lent to another actor by now, still belongs to its own.
 */
export const actorAtWork = new AsyncLocalStorage<ActorSession>()

/** A promise that is never settled: what belongs to no schedule is answered. */
export function never<T>(): Promise<T> {
  return new Promise(() => {})
}

/**
 * One process in one schedule. All that it sends passes here: it is counted, takes the time that was drawn
 * for it, and meets what was planned. Once the process is dead, nothing that it waits for is settled while the
 * schedule lasts.
 */
export class ActorSession {
  readonly index: number
  readonly openTransactions = new Set<OpenTransaction>()
  /** Aborts when the process has died. */
  readonly died: Promise<void>
  #setting: SessionSetting
  readonly #faults: DatabaseFault[]
  #sent = 0
  #dead = false
  #stalledUntil = 0
  #jumpMs = 0
  #tellDeath: () => void = () => {}
  readonly #ended: Promise<never>
  #tellEnd: (reason: Error) => void = () => {}

  constructor(setting: SessionSetting) {
    this.#setting = setting
    this.index = setting.index
    this.#faults = [...setting.plan.databaseFaults]
    this.died = new Promise((resolve) => {
      this.#tellDeath = resolve
    })
    this.#ended = new Promise((_, reject) => {
      this.#tellEnd = reject
    })
    this.#ended.catch(() => {})
  }

  /**
   * What a dead process is answered: nothing, as long as its schedule lasts. Then all that it waits for fails,
   * or Prisma and the engine would keep it for good.
   */
  unanswered<T>(): Promise<T> {
    return this.#ended
  }

  /** The schedule has ended, and nobody looks any more: what is still open is rolled back, or its locks would stay. */
  async end(): Promise<void> {
    // Prisma remembers its last transactions and, with them, whose they were: not for the whole history as well.
    this.#setting = { ...this.#setting, trace: [] }
    this.#tellEnd(new Error('the process is dead, and its schedule has ended'))
    await this.#rollBack()
  }

  get dead(): boolean {
    return this.#dead
  }

  get benchClock(): BenchClock {
    return this.#setting.clock
  }

  /** The engine's clock: skewed, and standing still with its process. */
  readonly clock: Clock = {
    now: () => this.benchClock.now() + this.#setting.plan.skewMs + this.#jumpMs,
    sleep: async (ms, signal) => {
      try {
        await this.benchClock.sleep(ms, signal)
        await this.#whileStalled((rest) => this.benchClock.sleep(rest, signal))
      } catch (error) {
        if (this.#dead) return this.unanswered()
        throw error
      }
      if (this.#dead) return this.unanswered()
    },
  }

  note(entry: Omit<TraceEntry, 'atMs' | 'actor'>): void {
    this.#setting.trace.push({
      atMs: this.benchClock.now() - this.#setting.startMs,
      actor: this.index,
      ...entry,
    })
  }

  /** A statement is about to be sent. Does not return to a dead process. */
  async passStatement(): Promise<void> {
    await this.#pass('statementMs', (ms) => this.benchClock.sleep(ms))
    if (this.#dead) return this.unanswered()
  }

  /**
   * A call is about to be sent, inside its bracket.
   * @returns whether the process lives
   * @throws the signal's reason as soon as it aborts, as a request that is broken off
   */
  async passCall(signal?: AbortSignal): Promise<boolean> {
    await this.#pass('callMs', (ms) => this.benchClock.sleepInsideIo(ms, signal))
    return !this.#dead
  }

  /** The fault that is due for this statement, if it can happen to it. */
  takeFault(inTransaction: boolean): DatabaseFault['kind'] | undefined {
    const index = this.#faults.findIndex(
      ({ at, kind }) =>
        at <= this.#sent && (inTransaction || kind === 'connection-lost' || kind === 'answer-lost'),
    )
    if (index < 0) return undefined
    return this.#faults.splice(index, 1)[0]?.kind
  }

  /** Ends the process: its connections close, and PostgreSQL rolls back what they had open. */
  async die(why: string): Promise<void> {
    if (this.#dead) return
    this.#dead = true
    this.note({ kind: 'fault', text: `the process dies ${why}` })
    await this.#onServer(`death of actor ${this.index}`, () => this.#rollBack())
    this.#tellDeath()
  }

  /**
   * Watches a transaction, from one statement's answer until the next is sent.
   * @param end Has PostgreSQL end the transaction.
   * @returns what tells that the next is sent, or that the transaction is over
   */
  watchIdleTransaction(end: () => Promise<void>): () => void {
    const sent = new AbortController()
    const ms = this.#setting.idleTransactionMs
    this.benchClock.sleep(ms, sent.signal).then(
      async () => {
        if (this.#dead) return
        this.note({ kind: 'fault', text: `PostgreSQL ends its transaction, idle for ${ms} ms` })
        await this.#onServer(`end of an idle transaction of actor ${this.index}`, end)
      },
      () => {},
    )
    return () => sent.abort(new Error('the transaction is not idle'))
  }

  /** What the server does by itself: no lock is waited for, and locks may become free. */
  async #onServer(what: string, send: () => Promise<void>): Promise<void> {
    await this.benchClock.statement({
      what,
      inTransaction: false,
      releasesLocks: true,
      send,
      readLockWait: async () => undefined,
      withdraw: async () => {},
      raiseDeadlock: () => never(),
    })
  }

  /** At once: a statement that waits for another's lock comes to its ROLLBACK only after that one's. */
  async #rollBack(): Promise<void> {
    await Promise.all([...this.openTransactions].map((transaction) => transaction.rollBack()))
    this.openTransactions.clear()
  }

  async #pass(which: 'statementMs' | 'callMs', sleep: (ms: number) => Promise<void>): Promise<void> {
    if (this.#dead) return
    const { plan, seed, clock } = this.#setting
    const n = ++this.#sent
    if (plan.jump?.at === n) {
      this.#jumpMs = plan.jump.ms
      this.note({ kind: 'fault', text: `its clock jumps by ${plan.jump.ms} ms` })
    }
    if (plan.stall?.at === n) {
      this.#stalledUntil = clock.now() + plan.stall.ms
      this.note({ kind: 'fault', text: `the process stands still for ${plan.stall.ms} ms` })
    }
    const scale = plan.changes.reduce((ms, change) => (change.at <= n ? change[which] : ms), plan[which])
    const draw = seededNumber(seed, `latency:${this.index}:${n}`)
    await sleep(scale * (0.75 + draw / 2))
    await this.#whileStalled(sleep)
    if (plan.diesAt === n) await this.die(`before its ${n}th request`)
    else if (n === MOST_REQUESTS) await this.die(`after ${n} requests: it comes to no end`)
  }

  async #whileStalled(sleep: (ms: number) => Promise<void>): Promise<void> {
    for (;;) {
      const rest = this.#stalledUntil - this.benchClock.now()
      if (rest <= 0) return
      await sleep(rest)
    }
  }
}
