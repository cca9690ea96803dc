/** What a report takes of the `gate.json` that `npm run gate` leaves behind; the figures themselves stay there. */
import { z } from 'zod'

export const gateComparisonSchema = z.object({
  scenario: z.string(),
  mode: z.string(),
  metric: z.string(),
  before: z.number(),
  after: z.number(),
  budget: z.number(),
  verdict: z.enum(['same', 'within budget', 'regressed', 'improved']),
  reasons: z.array(z.string()),
})

export const gateResultSchema = z.object({
  passed: z.boolean(),
  comparisons: z.array(gateComparisonSchema),
  missing: z.array(z.object({ scenario: z.string(), mode: z.string().nullable(), reason: z.string() })),
  context: z.object({ baseline: z.string(), commits: z.string(), command: z.string() }),
})

export type GateResult = z.infer<typeof gateResultSchema>
