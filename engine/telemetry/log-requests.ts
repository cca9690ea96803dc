import type { EventLogger } from './log-events.ts'

/** An answered request, as the API tells of it. */
export interface LoggedRequest {
  readonly status: number
  readonly runId: string | undefined
}

/** Requests as log lines; those of a health check would drown the others. */
export function logRequests(
  logger: EventLogger,
): (request: LoggedRequest & { readonly path: string }) => void {
  return (request) => {
    const quiet = request.path === '/health' && request.status < 400
    const level = quiet ? 'debug' : request.status >= 500 ? 'error' : 'info'
    logger[level](request, 'request answered')
  }
}
