import { eventStream } from '../event-stream.ts'
import type { Handler, HandlerParts } from '../handler.ts'
import { check, readQuery } from '../read-request.ts'
import { runEvents } from '../run-events.ts'
import { readRunId } from '../run-id.ts'
import { eventsQuerySchema, logPositionSchema } from '../run-schemas.ts'

/**
 * GET /runs/:id/events: status, progress and log lines as server-sent events, until the run has ended.
 * `Last-Event-ID`, or `?after=` where a client cannot set it, resumes. A client that asks again for a run
 * whose end it has seen gets 204, on which an EventSource stops asking.
 */
export function runEventsHandler(parts: HandlerParts): Handler {
  const { engine, clock, pollMs, heartbeatMs, onError } = parts
  return async (request, params) => {
    const runId = readRunId(params)
    const query = readQuery(request, eventsQuerySchema)
    const lastId = request.headers.get('last-event-id')
    const resumed =
      lastId === null ? query.after : check(logPositionSchema, lastId, 'INVALID_HEADER', 'Last-Event-ID')
    const summary = await engine.status(runId)
    if (resumed !== undefined && summary.finishedAt !== null) {
      const { lines } = await engine.log(runId, { after: resumed, take: 1 })
      if (lines.length === 0) return new Response(null, { status: 204 })
    }
    const gone = new AbortController()
    const signal = AbortSignal.any([gone.signal, parts.signal])
    const events = runEvents({ engine, clock, runId, after: resumed ?? 0, pollMs, heartbeatMs, signal })
    return eventStream(events, gone, (error) => onError(error, request))
  }
}
