/** What the engine says of its work while it works. Listeners must not throw and must not wait. */

export type Phase = 'card-analysis' | 'story-generation' | 'subtask-generation'

/** How an invocation of process-next ended. */
export type InvocationOutcome =
  /** The budget is used up; call process-next again. */
  | { readonly state: 'continue' }
  /** The run has ended. */
  | { readonly state: 'finished'; readonly status: EndStatus }
  /** Another invocation holds this run. */
  | { readonly state: 'busy' }
  /** It helped the invocation that holds the run, until nothing was left to claim or the budget was used up. */
  | { readonly state: 'helped' }

/** How a run can end. */
export type EndStatus = 'COMPLETED' | 'COMPLETED_WITH_ERRORS' | 'FAILED' | 'CANCELLED'

/** How the work on an item ended; `handed-back`: the budget was over, another invocation goes on. */
export type ItemOutcome = 'completed' | 'failed' | 'lost' | 'handed-back'

/** Which invocation of which run an event comes from. */
export interface EventOrigin {
  readonly runId: string
  /** The invocation's id. */
  readonly invocation: string
}

export type EngineEvent = EventOrigin & Happening

/** What happened, without its origin. Times are the clock's, ms since the Unix epoch. */
export type Happening =
  | { readonly type: 'invocation-started'; readonly at: number }
  | {
      readonly type: 'invocation-ended'
      /** `broken-off`: it ended with an error, or by the signal of its caller. */
      readonly outcome: InvocationOutcome | { readonly state: 'broken-off'; readonly error: string }
      readonly at: number
    }
  /** The shared state of the rate governor could not be told how an attempt ended; its permit lapses. */
  | {
      readonly type: 'governor-failed'
      readonly phase: Phase
      readonly error: string
      readonly at: number
    }
  /** Once for each invocation that works on the phase. */
  | { readonly type: 'phase-started'; readonly phase: Phase; readonly at: number }
  | {
      readonly type: 'call-started'
      readonly call: number
      readonly phase: Phase
      readonly item: string
      readonly at: number
    }
  | {
      readonly type: 'attempt-ended'
      readonly call: number
      readonly phase: Phase
      readonly startedAt: number
      readonly at: number
      /** HTTP status; 0 where no answer came. */
      readonly status: number
      readonly inputTokens: number
      readonly outputTokens: number
    }
  | {
      readonly type: 'call-ended'
      readonly call: number
      readonly phase: Phase
      readonly attempts: number
      readonly error?: string
      readonly at: number
    }
  | {
      readonly type: 'waited'
      readonly cause: 'pacing' | 'backoff' | 'governor'
      readonly phase: Phase
      readonly item: string
      readonly from: number
      readonly at: number
    }
  | { readonly type: 'item-claimed'; readonly phase: Phase; readonly item: string; readonly at: number }
  | {
      readonly type: 'item-ended'
      readonly phase: Phase
      readonly item: string
      readonly outcome: ItemOutcome
      readonly at: number
    }

export type EventListener = (event: EngineEvent) => void
