import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { type BenchResult, RESULT_SCHEMA_VERSION, type ScenarioResult } from '../../reports/index.ts'
import { UsageError } from '../run/index.ts'
import {
  type Figures,
  type MetricName,
  metricNamesOf,
  type PartName,
  PROBE_NAMES,
  PROBE_PARTS,
  type ProbeName,
  RUN_METRIC_NAMES,
  RUN_PART_NAMES,
} from './exact-metrics.ts'
import type { ModelVersions } from './model-versions.ts'
import { runFigures } from './run-figures.ts'

/** Raised whenever the shape of the baseline, or the meaning of a metric, changes. */
export const BASELINE_SCHEMA_VERSION = 3

const counts = z.record(z.string(), z.number())
/** Scenarios or probes whose modes have these metrics and parts, all of them. */
const figuresOf = <M extends MetricName>(names: readonly M[], parts: readonly PartName[]) =>
  z.strictObject({
    hash: z.string(),
    modes: z.record(
      z.string(),
      z.strictObject({
        metrics: z.strictObject(
          Object.fromEntries(names.map((name) => [name, z.number()])) as { [N in M]: z.ZodNumber },
        ),
        parts: z.strictObject(
          Object.fromEntries(parts.map((name) => [name, counts])) as { [P in PartName]?: typeof counts },
        ),
      }),
    ),
  })
const probeSchema = z.strictObject(
  Object.fromEntries(
    PROBE_NAMES.map((name) => [name, figuresOf(metricNamesOf(name), PROBE_PARTS[name]).optional()]),
  ) as {
    [P in ProbeName]: z.ZodOptional<ReturnType<typeof figuresOf<MetricName>>>
  },
)

export const baselineSchema = z.strictObject({
  schemaVersion: z.literal(BASELINE_SCHEMA_VERSION),
  resultSchemaVersion: z.number().int(),
  /** What the figures were made by; null outside a checkout. */
  commit: z.string().nullable(),
  dirty: z.boolean(),
  seed: z.number().int(),
  /** Fingerprints of what is modelled: with another mock or price list, figures cannot be compared. */
  models: z.strictObject({ mock: z.string(), prices: z.string(), statements: z.string() }),
  scenarios: z.record(z.string(), figuresOf(RUN_METRIC_NAMES, RUN_PART_NAMES)),
  /** What has figures beside the scenarios: schedules of verify, plans of statements. */
  probes: probeSchema,
})

/** Scenarios or probes by name, with what was compared of them. */
type Subjects = Readonly<
  Record<string, { readonly hash: string; readonly modes: Readonly<Record<string, Figures>> }>
>

export type Baseline = Omit<z.infer<typeof baselineSchema>, 'scenarios' | 'probes'> & {
  readonly scenarios: Subjects
  readonly probes: Subjects
}

/** What the results of scenarios have of what is compared. */
export function baselineOf(
  scenarios: readonly ScenarioResult[],
  {
    seed,
    git,
    models,
    probes,
  }: {
    readonly seed: number
    readonly git: BenchResult['environment']['git']
    readonly models: ModelVersions
    readonly probes: Baseline['probes']
  },
): Baseline {
  return {
    schemaVersion: BASELINE_SCHEMA_VERSION,
    resultSchemaVersion: RESULT_SCHEMA_VERSION,
    commit: git?.commit ?? null,
    dirty: git?.dirty ?? false,
    seed,
    models,
    scenarios: Object.fromEntries(
      scenarios.map((scenario) => [
        scenario.name,
        {
          hash: scenario.hash,
          modes: Object.fromEntries(scenario.modes.map((mode) => [mode.mode, runFigures(scenario, mode)])),
        },
      ]),
    ),
    probes,
  }
}

/** The checks that failed, and the schedules that were violated, each once. */
export function failuresIn({ scenarios, probes }: Baseline): string[] {
  const failures = Object.entries({ ...scenarios, ...probes }).flatMap(([name, { modes }]) =>
    Object.values(modes).flatMap(({ parts: { checks = {}, violations = {} } }) =>
      Object.keys({ ...checks, ...violations }).map((what) => `${name}: ${what}`),
    ),
  )
  return [...new Set(failures)]
}

/**
 * Reads a baseline.
 * @param update The command that writes one there.
 * @throws UsageError where there is none, or it is not what this version reads: a gate without a baseline
 * is no pass.
 */
export async function readBaseline(path: string, update = 'npm run gate -- --update'): Promise<Baseline> {
  let json: unknown
  try {
    json = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(`expected a baseline in ${path}, got ${reason}: ${update} writes one`)
  }
  const version = (json as { schemaVersion?: unknown } | null)?.schemaVersion
  if (version !== BASELINE_SCHEMA_VERSION) {
    throw new UsageError(
      `expected a baseline with schemaVersion ${BASELINE_SCHEMA_VERSION} in ${path}, got ${JSON.stringify(version)}: ${update} writes a new one`,
    )
  }
  const parsed = baselineSchema.safeParse(json)
  if (parsed.success) return parsed.data as Baseline
  const [issue] = parsed.error.issues
  throw new UsageError(
    `expected a whole baseline in ${path}, got one that is broken at ${issue?.path.join('.')} (${issue?.message}): ${update} writes a new one`,
  )
}
