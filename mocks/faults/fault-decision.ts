import type { Decision } from '../decision.ts'
import { STALL_MS } from '../reply.ts'
import { type Fault, faultName } from './fault.ts'
import { BAD_GATEWAY_PAGE, statusFaultError, streamFaultError } from './fault-errors.ts'

/** The kinds of fault that take the place of an answer. */
export function faultDecision(
  fault: Fault,
  streamed: boolean,
  rejectMs: number,
): Exclude<Decision, { readonly kind: 'answered' }> | undefined {
  const reason = faultName(fault)
  switch (fault.kind) {
    case undefined:
    case 'status':
      return {
        kind: 'rejected',
        error: statusFaultError(fault),
        reason,
        afterMs: fault.afterMs ?? rejectMs,
        headers:
          fault.retryAfterSeconds === undefined ? {} : { 'retry-after': String(fault.retryAfterSeconds) },
        ...(fault.status === 502 ? { html: BAD_GATEWAY_PAGE } : {}),
      }
    case 'stream-error':
      return streamed
        ? undefined
        : { kind: 'rejected', error: streamFaultError(fault), reason, afterMs: rejectMs }
    case 'connection-refused':
      return { kind: 'broken', code: 'ECONNREFUSED', reason, afterMs: 0 }
    case 'connection-reset':
      return { kind: 'broken', code: 'ECONNRESET', reason, afterMs: fault.afterMs ?? rejectMs }
    case 'stall':
      return fault.at === 'body' || fault.forMs !== undefined
        ? undefined
        : { kind: 'broken', code: 'ECONNRESET', reason, afterMs: STALL_MS }
    default:
      return undefined
  }
}
