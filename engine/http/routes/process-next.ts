import { ApiError } from '../api-error.ts'
import type { Handler, HandlerParts } from '../handler.ts'
import { readBody } from '../read-request.ts'
import { readRunId } from '../run-id.ts'
import { processNextBodySchema } from '../run-schemas.ts'

/** After so long it may be worth asking again, s. */
const RETRY_AFTER_SECONDS = 5

/**
 * POST /runs/:id/process-next: one invocation, answered when it has ended. It goes on when the client goes
 * away, as a function on Vercel does: a call that is paid for would be thrown away else.
 */
export function processNextHandler({ engine, signal, maxBodyBytes }: HandlerParts): Handler {
  return async (request, params) => {
    const runId = readRunId(params)
    const { join } = await readBody(request, processNextBodySchema, maxBodyBytes)
    if (signal.aborted) throw stopping()
    const outcome = await engine.processNext(runId, { signal, join }).catch((error: unknown) => {
      throw signal.aborted ? stopping() : error
    })
    switch (outcome.state) {
      case 'continue':
      case 'finished':
      case 'helped':
        return Response.json(outcome)
      case 'busy':
        throw new ApiError(409, 'RUN_BUSY', `another invocation works on run ${runId}`, {
          details: { outcome },
          headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
        })
      default:
        return outcome satisfies never
    }
  }
}

/** What was under way has been given back: the next invocation goes on with it, wherever that is. */
function stopping(): ApiError {
  return new ApiError(503, 'STOPPING', 'this server is stopping: another invocation can go on with the run', {
    headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
  })
}
