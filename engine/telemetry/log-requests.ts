import type { EventLogger } from './log-events.ts'

/** An answered request, as the API tells of it. */
export interface LoggedRequest {
  readonly path: string
  readonly status: number
  /** Of the error that it is answered with, where it is one. */
  readonly code: string | undefined
  readonly runId: string | undefined
}

/** Requests as log lines; those of a health check would drown the others. */
export function logRequests(logger: EventLogger): (request: LoggedRequest) => void {
  return (request) => logger[levelOf(request)](request, 'request answered')
}

function levelOf({ path, status, code }: LoggedRequest): 'debug' | 'info' | 'error' {
  // A server that stops breaks off what is under way: nothing is wrong with it.
  if (status >= 500) return code === 'STOPPING' ? 'info' : 'error'
  return path === '/health' && status < 400 ? 'debug' : 'info'
}
