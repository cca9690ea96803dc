import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { z } from 'zod'
import { SCENARIOS } from '../../scenarios/index.ts'
import { MODE_NAMES, UsageError } from '../run/index.ts'
import { METRIC_NAMES, METRICS, type MetricName, metricNamesOf, PROBE_NAMES } from './exact-metrics.ts'
import { thresholdsSchema } from './statistics/index.ts'

const NO_AMOUNT = 'expected absolute or relative, got neither'

function hasAmount({ absolute, relative }: { absolute?: number | undefined; relative?: number | undefined }) {
  return absolute !== undefined || relative !== undefined
}

const budgetSchema = z
  .strictObject({
    absolute: z.number().nonnegative().optional(),
    relative: z.number().nonnegative().optional(),
  })
  .refine(hasAmount, { message: NO_AMOUNT })

/** What an exception can be of. */
const SUBJECTS = [...SCENARIOS.map(({ name }) => name), ...PROBE_NAMES]

const budgetsSchema = z.strictObject({
  defaults: z.strictObject({
    count: budgetSchema,
    duration: budgetSchema,
    cost: budgetSchema,
    share: budgetSchema,
    plan: budgetSchema,
  }),
  // One that fits nothing would be an allowance that somebody believes in and that is not there.
  exceptions: z.array(
    z
      .strictObject({
        scenario: z.enum(SUBJECTS as [string, ...string[]]).optional(),
        mode: z.enum(MODE_NAMES).optional(),
        metric: z.enum(METRIC_NAMES as [MetricName, ...MetricName[]]),
        absolute: z.number().nonnegative().optional(),
        relative: z.number().nonnegative().optional(),
        reason: z.string().min(1),
      })
      .refine(hasAmount, { message: NO_AMOUNT })
      .refine(({ scenario, metric }) => scenario === undefined || metricNamesOf(scenario).includes(metric), {
        message: 'expected a metric that the scenario has, got another',
        path: ['metric'],
      })
      .refine(({ scenario, mode }) => !(scenario === 'verify' && mode === MODE_NAMES[0]), {
        message: `expected a mode that verify has, got ${MODE_NAMES[0]}, in which no flag is on`,
        path: ['mode'],
      }),
  ),
  /** Of the statistical metrics; without them these are not compared. */
  statistical: thresholdsSchema.optional(),
})

export type Budgets = z.infer<typeof budgetsSchema>

/**
 * Reads the committed budgets.
 * @throws UsageError naming all that is wrong with them
 */
export async function readBudgets(path: string): Promise<Budgets> {
  let data: unknown
  try {
    data = parse(await readFile(path, 'utf8'))
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0]
    throw new UsageError(`expected budgets in ${path}, got ${reason}`)
  }
  const parsed = budgetsSchema.safeParse(data)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`,
  )
  throw new UsageError(`expected budgets as documented in ${path}, got ${problems.join('; ')}`)
}

/** How much worse a metric may become, in its own unit, than `base`. */
export function budgetFor(
  budgets: Budgets,
  scenario: string,
  mode: string,
  metric: MetricName,
  base: number,
): number {
  const fits = (one: Budgets['exceptions'][number]) =>
    one.metric === metric &&
    (one.scenario === undefined || one.scenario === scenario) &&
    (one.mode === undefined || one.mode === mode)
  const { absolute = 0, relative = 0 } =
    budgets.exceptions.findLast(fits) ?? budgets.defaults[METRICS[metric].kind]
  return Math.max(absolute, relative * Math.abs(base))
}
