import type { ApiError, ErrorType } from './errors.ts'

/** An error answer in place of the real one. */
export interface StatusFault {
  /** @default 'status' */
  readonly kind?: 'status'
  /** The nth request that passes the request checks, from 1, whatever the rate limits then say of it. */
  readonly nthRequest: number
  readonly status: 429 | 500 | 529
  /** Sent as `retry-after`, seconds, with a 429. @default none sent */
  readonly retryAfterSeconds?: number
  /** The answer comes after this time, ms. @default `rejectMs` of the mock */
  readonly afterMs?: number
}

/** What can go wrong by schedule. A union on `kind`, to which other kinds can be added. */
export type Fault = StatusFault

const ERROR_TYPE = {
  429: 'rate_limit_error',
  500: 'api_error',
  529: 'overloaded_error',
} as const satisfies Record<StatusFault['status'], ErrorType>

const MESSAGE = {
  429: 'This request would exceed your rate limit. Please try again later.',
  500: 'Internal server error',
  529: 'Overloaded',
} as const satisfies Record<StatusFault['status'], string>

export function faultError(fault: Fault): ApiError {
  return { type: ERROR_TYPE[fault.status], message: MESSAGE[fault.status] }
}

export interface FaultSchedule {
  /** Counts a request and gives the fault that is due for it. */
  next(): Fault | undefined
}

export function createFaultSchedule(faults: readonly Fault[]): FaultSchedule {
  const due = new Map(faults.map((fault) => [fault.nthRequest, fault]))
  let requests = 0
  return {
    next() {
      requests += 1
      return due.get(requests)
    },
  }
}
