import { TIER_FLAGS } from '../../flags.ts'
import type { Handler, HandlerParts } from '../handler.ts'
import { readBody } from '../read-request.ts'
import { createRunBodySchema } from '../run-schemas.ts'

/** POST /runs: stores a run with its uploads. Nothing is worked on until process-next is called. */
export function createRunHandler({ engine, flags: defaults, maxBodyBytes }: HandlerParts): Handler {
  return async (request) => {
    const { uploads, tier, flags } = await readBody(request, createRunBodySchema, maxBodyBytes)
    const base = tier === undefined ? defaults : TIER_FLAGS[tier]
    const id = await engine.createRun(uploads, { flags: { ...base, ...defined(flags) } })
    const summary = await engine.status(id)
    return Response.json(summary, {
      status: 201,
      headers: { location: `${new URL(request.url).pathname}/${id}` },
    })
  }
}

/** Without what is absent: an optional that is `undefined` would take the place of the default. */
function defined<T extends object>(given: T | undefined): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(
    Object.entries(given ?? {}).filter(([, value]) => value !== undefined),
  ) as ReturnType<typeof defined<T>>
}
