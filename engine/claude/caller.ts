import Anthropic from '@anthropic-ai/sdk'
import { BudgetOverError, CallFailedError } from '../errors.ts'
import type { EventListener, EventOrigin, Happening, Phase } from '../events.ts'
import type { Clock, Random } from '../ports.ts'
import { PACING, type PacingMode } from './pacing.ts'
import type { Prompt } from './prompts.ts'
import type { RateGovernor } from './rate-governor.ts'
import type { Cost } from './rate-limit-state.ts'
import { type Answer, requestAnswer } from './request.ts'
import { backoffMs, classify, unusable } from './retry.ts'
import { TokenForecast } from './token-forecast.ts'

export interface CallerOptions {
  /** With `maxRetries: 0`: retries have one owner, and it is this. */
  readonly claude: Anthropic
  readonly model: string
  /** Absent: fixed pacing and backoff. */
  readonly governor: RateGovernor | undefined
  readonly clock: Clock
  readonly random: Random
  readonly onEvent: EventListener
}

export interface CallSubject extends EventOrigin {
  readonly phase: Phase
  /** What the call is for, e.g. `upload 3`. */
  readonly item: string
  readonly pacing: PacingMode
}

export interface CallBounds {
  /** Breaks off what is under way. */
  readonly signal?: AbortSignal
  /** Whether there is time for the attempt that is due now. @default there is */
  readonly mayStart?: () => boolean
}

/** 429s that the governor sits out for one call; they are waits, and use up no retry. */
const MAX_RATE_LIMIT_WAITS = 20
/** 529s that the governor sits out for one call, with backoff: minutes, as an overload may last. */
const MAX_OVERLOAD_WAITS = 20

/** Makes calls: an attempt, and where it fails for a reason that can pass, further attempts. */
export class Caller {
  readonly #options: CallerOptions
  readonly #forecast = new TokenForecast()
  #calls = 0

  constructor(options: CallerOptions) {
    this.#options = options
  }

  /**
   * One call: the parsed answer of the first attempt that succeeds.
   * @throws CallFailedError when no further attempt may be made.
   * @throws BudgetOverError when there is no time for the attempt that is due.
   */
  async call<T>(subject: CallSubject, prompt: Prompt<T>, bounds: CallBounds = {}): Promise<T> {
    const { clock } = this.#options
    const { phase, item } = subject
    const call = ++this.#calls
    this.#emit(subject, { type: 'call-started', call, phase, item, at: clock.now() })
    let attempts = 0
    try {
      const answer = await this.#withRetries(subject, call, prompt, () => ++attempts, bounds)
      this.#emit(subject, { type: 'call-ended', call, phase, attempts, at: clock.now() })
      return answer
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      this.#emit(subject, { type: 'call-ended', call, phase, attempts, error: message, at: clock.now() })
      throw error
    }
  }

  #emit({ runId, invocation }: CallSubject, happening: Happening): void {
    this.#options.onEvent({ ...happening, runId, invocation })
  }

  async #withRetries<T>(
    subject: CallSubject,
    call: number,
    prompt: Prompt<T>,
    countAttempt: () => number,
    bounds: CallBounds,
  ): Promise<T> {
    const { governor, random } = this.#options
    let retries = 0
    let rateLimitWaits = 0
    let overloadWaits = 0
    const backOff = (wait: number, retryAfterMs: number | undefined, kind = '') => {
      const draw = random.draw(`backoff:${subject.phase}:${subject.item}:${kind}${wait}`)
      return this.#backOff(subject, backoffMs(wait, retryAfterMs, draw), bounds.signal)
    }
    for (;;) {
      const result = await this.#attempt(subject, call, prompt, bounds)
      const attempts = countAttempt()
      if (result.ok) return result.answer
      const { failure } = result
      // The governor has paused the whole pool already: waiting again here would wait twice.
      const impossible = failure.rateLimited
        ? governor?.impossible(this.#forecast.expect(subject.phase, prompt))
        : undefined
      if (impossible) throw new CallFailedError(`${subject.item}: ${impossible}`, failure.status, attempts)
      if (governor && failure.rateLimited && ++rateLimitWaits <= MAX_RATE_LIMIT_WAITS) continue
      if (governor && failure.overloaded && overloadWaits < MAX_OVERLOAD_WAITS) {
        await backOff(overloadWaits++, failure.retryAfterMs, 'overload:')
        continue
      }
      if (!failure.retryable || retries >= PACING[subject.pacing].maxRetries) {
        const status = failure.status === 0 ? 'no usable answer' : `status ${failure.status}`
        const message = `${subject.item}: ${status} after ${attempts} attempt(s): ${failure.message}`
        throw new CallFailedError(message, failure.status, attempts, { cause: result.error })
      }
      await backOff(retries++, failure.retryAfterMs)
    }
  }

  async #attempt<T>(subject: CallSubject, call: number, prompt: Prompt<T>, bounds: CallBounds) {
    const { signal, mayStart = () => true } = bounds
    const { claude, model, governor, clock } = this.#options
    const expected = this.#forecast.expect(subject.phase, prompt)
    const permit = await this.#permit(subject, expected, signal)
    const { phase } = subject
    if (!mayStart()) {
      if (permit) await this.#end(subject, governor?.released(permit))
      throw new BudgetOverError(`no time is left for ${subject.item}`)
    }
    const startedAt = clock.now()
    const ended = (status: number, cost: Cost) =>
      this.#emit(subject, { type: 'attempt-ended', call, phase, startedAt, at: clock.now(), status, ...cost })
    let answered: Answer<T>
    try {
      answered = await requestAnswer(claude, model, prompt, signal)
    } catch (error) {
      const failure = classify(error, clock.now())
      ended(failure.status, { inputTokens: 0, outputTokens: 0 })
      const headers = error instanceof Anthropic.APIError ? error.headers : undefined
      if (permit) {
        const { rateLimited, retryAfterMs } = failure
        await this.#end(
          subject,
          rateLimited ? governor?.rejected(permit, retryAfterMs, headers) : governor?.failed(permit),
        )
      }
      if (signal?.aborted) throw brokenOff(signal.reason, clock.now() - startedAt)
      return { ok: false as const, failure, error }
    }
    const { cost } = answered
    ended(answered.status, cost)
    // What a proxy puts in the place of an answer says nothing of what the next one costs.
    if (cost.inputTokens > 0) this.#forecast.learn(phase, prompt, cost)
    if (permit) await this.#end(subject, governor?.succeeded(permit, cost, answered.headers))
    const { content } = answered
    if (content.state === 'usable') return { ok: true as const, answer: content.parsed }
    return { ok: false as const, failure: unusable(content), error: content.error }
  }

  /** An answer that is there is not thrown away for the sake of the governor's state. */
  async #end(subject: CallSubject, told: Promise<void> | undefined): Promise<void> {
    try {
      await told
    } catch (reason) {
      const error = reason instanceof Error ? reason.message : String(reason)
      this.#emit(subject, {
        type: 'governor-failed',
        phase: subject.phase,
        error,
        at: this.#options.clock.now(),
      })
    }
  }

  async #permit(subject: CallSubject, expected: Cost, signal: AbortSignal | undefined) {
    const { governor, clock } = this.#options
    const { phase, item } = subject
    if (!governor) return undefined
    const from = clock.now()
    const permit = await governor.acquire(expected, { phase, ...(signal ? { signal } : {}) })
    const at = clock.now()
    if (at > from) this.#emit(subject, { type: 'waited', cause: 'governor', phase, item, from, at })
    return permit
  }

  async #backOff(subject: CallSubject, ms: number, signal: AbortSignal | undefined): Promise<void> {
    const { clock } = this.#options
    const { phase, item } = subject
    const from = clock.now()
    await clock.sleep(ms, signal)
    this.#emit(subject, { type: 'waited', cause: 'backoff', phase, item, from, at: clock.now() })
  }
}

/** The reason of an abort, with how long the attempt had been under way. */
function brokenOff(reason: unknown, attemptMs: number): unknown {
  return reason instanceof BudgetOverError ? new BudgetOverError(reason.message, attemptMs) : reason
}
