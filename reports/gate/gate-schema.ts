/** Of what `npm run gate` leaves behind, what a report of a result shows. */
import { z } from 'zod'

/** Other fields (the figures of both sides) are passed over. */
export const gateResultSchema = z.object({
  passed: z.boolean(),
  comparisons: z.array(
    z.object({
      scenario: z.string(),
      mode: z.string(),
      /** Its name, e.g. `roundTrips`. */
      metric: z.string(),
      before: z.number(),
      after: z.number(),
      /** How much worse it may become, in its own unit. */
      budget: z.number(),
      verdict: z.enum(['same', 'within budget', 'regressed', 'improved']),
      reasons: z.array(z.string()),
    }),
  ),
  missing: z.array(z.object({ scenario: z.string(), mode: z.string().nullable(), reason: z.string() })),
  context: z.object({
    /** Where the baseline comes from: a file, or a commit. */
    baseline: z.string(),
    /** `<base>..<head>`. */
    commits: z.string(),
    /** The command that repeats it. */
    command: z.string(),
  }),
})

export type GateResult = z.infer<typeof gateResultSchema>
