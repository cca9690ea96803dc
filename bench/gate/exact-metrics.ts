import type { ModeResult, PhaseName, Repetition, ScenarioResult } from '../../reports/index.ts'

/** What a metric counts: budgets of counts are 0 unless said otherwise, those of durations 0.5 %. */
export type MetricKind = 'count' | 'duration' | 'cost' | 'share'

export interface MetricDefinition {
  readonly kind: MetricKind
  readonly better: 'lower' | 'higher'
  readonly label: string
}

/** Every metric of the exact gate. Durations are ms of the virtual clock, cost is in US dollars. */
export const METRICS = {
  durationMs: { kind: 'duration', better: 'lower', label: 'duration end to end' },
  'durationMs.card-analysis': { kind: 'duration', better: 'lower', label: 'duration of card analysis' },
  'durationMs.story-generation': { kind: 'duration', better: 'lower', label: 'duration of story generation' },
  'durationMs.subtask-generation': {
    kind: 'duration',
    better: 'lower',
    label: 'duration of subtask generation',
  },
  roundTrips: { kind: 'count', better: 'lower', label: 'database round trips' },
  calls: { kind: 'count', better: 'lower', label: 'calls' },
  attempts: { kind: 'count', better: 'lower', label: 'attempts' },
  rateLimited: { kind: 'count', better: 'lower', label: 'attempts that met a 429' },
  failedItems: { kind: 'count', better: 'lower', label: 'failed items' },
  inputTokens: { kind: 'count', better: 'lower', label: 'input tokens' },
  outputTokens: { kind: 'count', better: 'lower', label: 'output tokens' },
  costUsd: { kind: 'cost', better: 'lower', label: 'cost' },
  invocations: { kind: 'count', better: 'lower', label: 'invocations' },
  peakConnections: { kind: 'count', better: 'lower', label: 'peak database connections' },
  efficiency: { kind: 'share', better: 'higher', label: 'efficiency' },
  failedChecks: { kind: 'count', better: 'lower', label: 'failed checks of the scenario' },
} as const satisfies { readonly [name: string]: MetricDefinition }

export type MetricName = keyof typeof METRICS
export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[]

/** All that the gate compares of one mode of one scenario, and what its explanations are made from. */
export interface ModeMetrics {
  readonly metrics: { readonly [M in MetricName]: number }
  /** Round trips by phase and statement shape, e.g. `story-generation INSERT Story`. */
  readonly statements: Readonly<Record<string, number>>
  /** Attempts by phase and status, e.g. `card-analysis 200`. */
  readonly attempts: Readonly<Record<string, number>>
  /** ms waited, by phase and cause, e.g. `story-generation pacing`. */
  readonly waits: Readonly<Record<string, number>>
}

/**
 * Reads the metrics of a mode from its first repetition: in virtual time all are equal, and the bench
 * has checked that they are.
 */
export function metricsOf(scenario: ScenarioResult, mode: ModeResult): ModeMetrics {
  const [run] = mode.repetitions
  if (!run) throw new Error(`${scenario.name}, ${mode.mode}: expected a repetition, got none`)
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const durationOf = (phase: PhaseName) =>
    sum(run.phases.filter((one) => one.phase === phase).map((one) => one.durationMs))
  return {
    metrics: {
      durationMs: run.durationMs,
      'durationMs.card-analysis': durationOf('card-analysis'),
      'durationMs.story-generation': durationOf('story-generation'),
      'durationMs.subtask-generation': durationOf('subtask-generation'),
      roundTrips: sum(run.roundTrips.map((group) => group.count)),
      calls: run.calls.length,
      attempts: run.attempts.length,
      rateLimited: run.attempts.filter((attempt) => attempt.status === 429).length,
      failedItems: run.output.failedItems,
      inputTokens: sum(run.attempts.map((attempt) => attempt.inputTokens)),
      outputTokens: sum(run.attempts.map((attempt) => attempt.outputTokens)),
      costUsd: run.costUsd,
      invocations: run.invocations.length,
      peakConnections: run.peakConnections,
      efficiency: run.efficiency,
      failedChecks: scenario.checks.filter((check) => !check.ok).length,
    },
    statements: total(run.roundTrips.map(({ phase, shape, count }) => [`${phase} ${shape}`, count])),
    attempts: total(run.attempts.map(({ phase, status }) => [`${phase} ${status || 'no answer'}`, 1])),
    waits: total(run.waits.map(waitOf)),
  }
}

function waitOf({ phase, cause, startMs, endMs }: Repetition['waits'][number]): [string, number] {
  return [`${phase} ${cause}`, endMs - startMs]
}

function total(entries: readonly (readonly [string, number])[]): Record<string, number> {
  const totals: Record<string, number> = {}
  for (const [key, value] of entries) totals[key] = (totals[key] ?? 0) + value
  return totals
}
