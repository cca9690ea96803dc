import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { UsageError } from '../run/index.ts'
import type { Judged } from './judge.ts'
import { planSchema, type SchedulePlan } from './plan.ts'

export const SAVED_FORMAT = 1

/** A failing schedule in a file: all that it takes to replay it, and what it did when it was saved. */
export const savedScheduleSchema = z.strictObject({
  format: z.literal(SAVED_FORMAT),
  /** What it was drawn from, before it was shrunk. */
  name: z.string(),
  plan: planSchema,
  violations: z
    .array(z.strictObject({ invariant: z.string(), detail: z.string(), place: z.int().nullable() }))
    .min(1),
  /** Of the whole history: a replay is the same where this is the same. */
  digest: z.string(),
})
export type SavedSchedule = z.infer<typeof savedScheduleSchema>

export function savedSchedule(name: string, { executed, violations }: Judged): SavedSchedule {
  return {
    format: SAVED_FORMAT,
    name,
    plan: executed.plan,
    violations: [...violations],
    digest: historyDigest({ executed, violations }),
  }
}

/** A digest of everything that happened, in order and with its times. */
export function historyDigest({ executed: { trace, invocations } }: Judged): string {
  const outcomes = invocations.map(({ error: _, ...rest }) => rest)
  return createHash('sha256')
    .update(JSON.stringify([trace, outcomes]))
    .digest('hex')
}

/** @throws UsageError where it is no such file */
export async function readSavedSchedule(file: string): Promise<SavedSchedule> {
  const bad = (got: string) =>
    new UsageError(
      `expected --replay to name a schedule as verify prints it (H5-tier2-off-12345) or a file that it saved, got ${file}: ${got}`,
    )
  let json: unknown
  try {
    json = JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw bad((error instanceof Error ? error.message : String(error)).replaceAll('\n', ' '))
  }
  const parsed = savedScheduleSchema.safeParse(json)
  if (!parsed.success) {
    // One of them is enough: a file of another kind has them all.
    const { issues } = parsed.error
    const { path, message } = (issues.find(({ path }) => path.length > 0) ?? issues[0]) as z.core.$ZodIssue
    throw bad([...path, message].join(': '))
  }
  return { ...parsed.data, plan: parsed.data.plan satisfies SchedulePlan }
}
