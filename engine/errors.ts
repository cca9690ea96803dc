/** Errors on which a caller branches. */

/** A Claude call failed for good: retries used up, or a status that must not be retried. */
export class CallFailedError extends Error {
  override readonly name = 'CallFailedError'
  readonly code = 'CALL_FAILED'
  constructor(
    message: string,
    /** HTTP status of the last attempt; 0 where no answer came. */
    readonly status: number,
    readonly attempts: number,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** What an invocation was doing was broken off: its time is over. */
export class BudgetOverError extends Error {
  override readonly name = 'BudgetOverError'
  readonly code = 'BUDGET_OVER'
  constructor(
    message: string,
    /** How long an attempt had been under way that was broken off, ms; 0 where none was. */
    readonly attemptMs = 0,
  ) {
    super(message)
  }
}

/** Somebody else holds the item or the run now: what was done for it must not be written. */
export class LostClaimError extends Error {
  override readonly name = 'LostClaimError'
  readonly code = 'LOST_CLAIM'
}

/** The invocation has to stop: its run was cancelled, or another invocation has taken it over. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError'
  readonly code = 'STOPPED'
}

/** The run is not in a state in which that can be done, e.g. a retry while it is under way. */
export class RunStateError extends Error {
  override readonly name = 'RunStateError'
  readonly code = 'RUN_STATE'
}

/** The run that was named does not exist. */
export class RunNotFoundError extends Error {
  override readonly name = 'RunNotFoundError'
  readonly code = 'RUN_NOT_FOUND'
}
