import type { Handler, HandlerParts } from '../handler.ts'
import { readQuery } from '../read-request.ts'
import { readRunId } from '../run-id.ts'
import { emptyQuerySchema, logQuerySchema } from '../run-schemas.ts'

/** GET /runs/:id: status, progress and flags. */
export function runStatusHandler({ engine }: HandlerParts): Handler {
  return async (request, params) => {
    readQuery(request, emptyQuerySchema)
    return Response.json(await engine.status(readRunId(params)))
  }
}

/** GET /runs/:id/log: a page of lines; the next begins after `next`. */
export function runLogHandler({ engine }: HandlerParts): Handler {
  return async (request, params) => {
    const page = readQuery(request, logQuerySchema)
    return Response.json(await engine.log(readRunId(params), page))
  }
}

/** GET /runs/:id/results: what the run has written so far, as a tree. */
export function runResultsHandler({ engine }: HandlerParts): Handler {
  return async (request, params) => {
    readQuery(request, emptyQuerySchema)
    return Response.json(await engine.results(readRunId(params)))
  }
}
