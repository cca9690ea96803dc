import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** What a statement of one shape takes on the server, driver included: `fixedMs` + `perRowMs` for each further row. */
const statementTimeSchema = z.strictObject({
  fixedMs: z.number().nonnegative(),
  perRowMs: z.number().nonnegative(),
  samples: z.number().int().positive(),
})

const serverTimesSchema = z.strictObject({
  /** Where the figures come from. */
  provenance: z.strictObject({
    measuredAt: z.iso.datetime(),
    command: z.string(),
    node: z.string(),
    cpu: z.string(),
    database: z.string(),
  }),
  /** By statement shape, e.g. `INSERT Card`. */
  statements: z.record(z.string(), statementTimeSchema),
  /** For a shape that was not measured, ms. */
  otherMs: z.number().nonnegative(),
})

export type StatementTime = z.infer<typeof statementTimeSchema>
export type ServerTimes = z.infer<typeof serverTimesSchema>

export const SERVER_TIMES_FILE = new URL('server-times.json', import.meta.url)

/**
 * The calibrated times, as `npm run calibrate` left them.
 * @throws Error where the file is not what it should be.
 */
export function readServerTimes(): ServerTimes {
  return serverTimesSchema.parse(JSON.parse(readFileSync(SERVER_TIMES_FILE, 'utf8')))
}

/** Modelled time of a statement on the server, ms. */
export function serverTimeMs(times: ServerTimes, shape: string, rows: number): number {
  const time = times.statements[shape]
  return time ? time.fixedMs + time.perRowMs * (rows - 1) : times.otherMs
}
