import type { EngineEvent, Phase } from '../../engine/index.ts'
import type {
  AttemptResult,
  CallResult,
  PhaseName,
  RoundTripGroup,
  TransactionGroup,
  WaitCause,
  WaitResult,
} from '../../reports/index.ts'
import type { RoundTrip } from './database.ts'
import { roundMs } from './round-ms.ts'

type Invocation = { startMs: number; endMs: number; outcome: string }
type CallStarted = Extract<EngineEvent, { type: 'call-started' }>

/**
 * Collects what the instruments and the engine's events say of one run. Times are kept from the start
 * of the run. What happens between two phases counts for the one that is left.
 */
export class Recorder {
  readonly calls: CallResult[] = []
  readonly attempts: AttemptResult[] = []
  readonly waits: WaitResult[] = []
  readonly invocations: Invocation[] = []
  readonly phaseStarts = new Map<PhaseName, number>()
  readonly #startMs: number
  readonly #roundTrips = new Map<string, RoundTripGroup & { inTransaction: number }>()
  readonly #transactions = new Map<PhaseName, TransactionGroup>()
  readonly #openCalls = new Map<number, CallStarted>()
  #phase: PhaseName = 'card-analysis'
  #logLines = 0

  /** @param startMs When the run starts, on its clock. */
  constructor(startMs: number) {
    this.#startMs = startMs
    this.phaseStarts.set('card-analysis', 0)
  }

  get roundTrips(): RoundTripGroup[] {
    return [...this.#roundTrips.values()].map((group) => ({ ...group, totalMs: roundMs(group.totalMs) }))
  }

  get transactions(): TransactionGroup[] {
    return [...this.#transactions.values()].map((group) => ({ ...group, totalMs: roundMs(group.totalMs) }))
  }

  /** Lines that the engine wrote into the run's log: one when an item starts, one when it ends. */
  get logLines(): number {
    return this.#logLines
  }

  /** The phase that is under way. */
  get phase(): PhaseName {
    return this.#phase
  }

  /** From the start of the run, ms. */
  since(at: number): number {
    return roundMs(at - this.#startMs)
  }

  onRoundTrip({ shape, startMs, endMs, lockWaitMs, inTransaction }: RoundTrip): void {
    const key = `${this.#phase} ${shape}`
    const group = this.#roundTrips.get(key) ?? {
      phase: this.#phase,
      shape,
      count: 0,
      inTransaction: 0,
      totalMs: 0,
    }
    group.count++
    if (inTransaction) group.inTransaction++
    group.totalMs += endMs - startMs - lockWaitMs
    this.#roundTrips.set(key, group)
    if (lockWaitMs > 0) this.onWait('lock', endMs - lockWaitMs, endMs)
  }

  onTransaction(fromMs: number, toMs: number): void {
    const phase = this.#phase
    const group = this.#transactions.get(phase) ?? { phase, count: 0, totalMs: 0, longestMs: 0 }
    group.count++
    group.totalMs += toMs - fromMs
    group.longestMs = Math.max(group.longestMs, roundMs(toMs - fromMs))
    this.#transactions.set(phase, group)
  }

  /** @param item null for waits below the engine, which do not know what they are for. */
  onWait(
    cause: WaitCause,
    fromMs: number,
    toMs: number,
    phase: Phase = this.#phase,
    item: string | null = null,
  ): void {
    if (toMs <= fromMs) return
    this.waits.push({ cause, phase, item, startMs: this.since(fromMs), endMs: this.since(toMs) })
  }

  /** @param outcome `continue`, or the status that the run ended with. */
  onInvocation(fromMs: number, toMs: number, outcome: string): void {
    this.invocations.push({ startMs: this.since(fromMs), endMs: this.since(toMs), outcome })
  }

  readonly onEvent = (event: EngineEvent): void => {
    switch (event.type) {
      case 'invocation-started':
      case 'invocation-ended':
        // Timed around the engine by who calls it: a budget is not held on the engine's own word.
        return
      case 'phase-started':
        this.#phase = event.phase
        if (!this.phaseStarts.has(event.phase)) this.phaseStarts.set(event.phase, this.since(event.at))
        return
      case 'call-started':
        this.#openCalls.set(event.call, event)
        return
      case 'attempt-ended': {
        const { call, phase, status, inputTokens, outputTokens } = event
        const [startMs, endMs] = [this.since(event.startedAt), this.since(event.at)]
        this.attempts.push({ call, phase, startMs, endMs, status, inputTokens, outputTokens })
        return
      }
      case 'call-ended': {
        const started = this.#openCalls.get(event.call)
        if (!started) throw new Error(`call ${event.call} ended without having started`)
        this.#openCalls.delete(event.call)
        this.calls.push({
          id: event.call,
          phase: event.phase,
          item: started.item,
          startMs: this.since(started.at),
          endMs: this.since(event.at),
          attempts: event.attempts,
          ok: event.error === undefined,
          ...(event.error === undefined ? {} : { error: event.error }),
        })
        return
      }
      case 'waited':
        this.onWait(event.cause, event.from, event.at, event.phase, event.item)
        return
      case 'governor-failed':
        return
      case 'item-claimed':
        this.#logLines++
        return
      case 'item-ended':
        if (event.outcome !== 'lost') this.#logLines++
        return
      default:
        event satisfies never
    }
  }
}
