import type { Handler, HandlerParts } from '../handler.ts'
import { readBody } from '../read-request.ts'
import { readRunId } from '../run-id.ts'
import { emptyBodySchema, regenerateBodySchema } from '../run-schemas.ts'

/** POST /runs/:id/cancel: ends a run that has not ended. */
export function cancelHandler({ engine, maxBodyBytes }: HandlerParts): Handler {
  return async (request, params) => {
    const runId = readRunId(params)
    await readBody(request, emptyBodySchema, maxBodyBytes)
    await engine.cancel(runId)
    return Response.json(await engine.status(runId))
  }
}

/** POST /runs/:id/retry: opens what failed or was cancelled again; process-next then works on it. */
export function retryHandler({ engine, maxBodyBytes }: HandlerParts): Handler {
  return async (request, params) => {
    const runId = readRunId(params)
    await readBody(request, emptyBodySchema, maxBodyBytes)
    await engine.retry(runId)
    return Response.json(await engine.status(runId))
  }
}

/** POST /runs/:id/regenerate: opens a phase again for all its items; process-next then works on it. */
export function regenerateHandler({ engine, maxBodyBytes }: HandlerParts): Handler {
  return async (request, params) => {
    const runId = readRunId(params)
    await engine.regenerate(runId, await readBody(request, regenerateBodySchema, maxBodyBytes))
    return Response.json(await engine.status(runId))
  }
}
