import { isDeepStrictEqual } from 'node:util'
import { startDatabaseServer } from '../environment/index.ts'
import { type ExplainOptions, explainSchedule } from './explain.ts'
import { Judge } from './judge.ts'
import { readSavedSchedule, type SavedSchedule, savedSchedule } from './saved-schedule.ts'
import { drawPlan, parseName } from './schedule.ts'
import { VerifyWorld } from './world.ts'

/** A schedule that was carried out again. */
export interface Replayed {
  /** Whether it violates an invariant. */
  readonly fails: boolean
  /** Whether it did what it did when it was saved; undefined where only its name was given. */
  readonly same: boolean | undefined
  readonly summary: string
  readonly explanation: readonly string[]
  /** As `verify` would save it; undefined where it violates nothing. */
  readonly saved: SavedSchedule | undefined
}

/**
 * Carries out one schedule by its name or from its file.
 * @param shown How its history is shown.
 * @throws UsageError where it is neither
 */
export async function replay(
  what: string,
  signal: AbortSignal,
  shown: ExplainOptions = {},
): Promise<Replayed> {
  const name = parseName(what)
  const stored = name ? undefined : await readSavedSchedule(what)
  const plan = name ? drawPlan(name) : stored?.plan
  if (!plan) throw new Error('expected a plan')
  const server = await startDatabaseServer({ databaseUrl: process.env.DATABASE_URL || undefined, signal })
  try {
    const world = await VerifyWorld.open((await server.createDatabase()).url)
    try {
      const judged = await new Judge(world).judge(plan)
      const { executed, violations } = judged
      const saved = violations.length > 0 ? savedSchedule(stored?.name ?? what, judged) : undefined
      const same =
        stored &&
        saved?.digest === stored.digest &&
        isDeepStrictEqual(
          saved.violations.find(({ invariant }) => invariant === stored.violations[0]?.invariant),
          stored.violations[0],
        )
      return {
        fails: violations.length > 0,
        same,
        saved,
        summary: summaryOf(violations.length > 0, same),
        explanation: explainSchedule(plan, executed.trace, violations, shown),
      }
    } finally {
      await world.close()
    }
  } finally {
    await server.close()
  }
}

function summaryOf(fails: boolean, same: boolean | undefined): string {
  if (!fails) return same === undefined ? 'No invariant is violated.' : 'It does not fail any more.'
  if (same === undefined) return 'An invariant is violated.'
  return same
    ? 'The same failure as when it was saved, statement for statement.'
    : 'It fails, but not as it did when it was saved: engine, schedules or database have changed since.'
}
