import { TIER_FLAGS } from '../../flags.ts'
import type { Handler, HandlerParts } from '../handler.ts'
import { readQuery } from '../read-request.ts'
import { emptyQuerySchema } from '../run-schemas.ts'

/** GET /flags: those of a run that is created without its own, and those of each tier. */
export function flagsHandler({ flags }: HandlerParts): Handler {
  return async (request) => {
    readQuery(request, emptyQuerySchema)
    return Response.json({ default: flags, tiers: TIER_FLAGS })
  }
}
