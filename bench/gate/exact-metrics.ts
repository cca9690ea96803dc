/** What a metric counts: budgets of counts are 0 unless said otherwise, those of durations 0.5 %. */
export type MetricKind = 'count' | 'duration' | 'cost' | 'share' | 'plan'

export interface MetricDefinition {
  readonly kind: MetricKind
  readonly better: 'lower' | 'higher'
  readonly label: string
  /** What it is a sum of, or moves with: an explanation is made from these. */
  readonly explainedBy: readonly PartName[]
}

/**
 * What explanations are made from: figures by place, e.g. round trips by `story-generation INSERT Story`.
 * A place begins with its phase.
 */
export const PARTS = {
  atOnce: { label: 'calls under way at once', unit: '' },
  waits: { label: 'waiting', unit: ' ms' },
  statements: { label: 'round trips', unit: '' },
  statementTime: { label: 'time of round trips', unit: ' ms' },
  inTransaction: { label: 'statements within transactions', unit: '' },
  transactions: { label: 'time within transactions', unit: ' ms' },
  attempts: { label: 'attempts', unit: '' },
  answers: { label: "waiting for Claude's answers", unit: ' ms' },
  idle: { label: 'time without a call or a wait', unit: ' ms' },
  calls: { label: 'calls', unit: '' },
  tokens: { label: 'tokens', unit: '' },
  callTokens: { label: 'tokens', unit: '' },
  checks: { label: 'failed checks', unit: '' },
  violations: { label: 'schedules violated', unit: '' },
  scans: { label: 'sequential scans', unit: '' },
  plans: { label: "planner's cost", unit: '' },
} as const

export type PartName = keyof typeof PARTS
export const PART_NAMES = Object.keys(PARTS) as readonly PartName[]

const TIME = ['atOnce', 'waits', 'statements', 'attempts', 'answers'] as const
const SPENT = ['tokens', 'callTokens', 'attempts'] as const
const HELD = ['inTransaction', 'transactions', 'waits'] as const

/** Of each scenario and mode. Durations are ms of the virtual clock, cost is in US dollars. */
const RUN_METRICS = {
  durationMs: { kind: 'duration', better: 'lower', label: 'duration end to end', explainedBy: TIME },
  'durationMs.card-analysis': {
    kind: 'duration',
    better: 'lower',
    label: 'duration of card analysis',
    explainedBy: TIME,
  },
  'durationMs.story-generation': {
    kind: 'duration',
    better: 'lower',
    label: 'duration of story generation',
    explainedBy: TIME,
  },
  'durationMs.subtask-generation': {
    kind: 'duration',
    better: 'lower',
    label: 'duration of subtask generation',
    explainedBy: TIME,
  },
  roundTrips: {
    kind: 'count',
    better: 'lower',
    label: 'database round trips',
    explainedBy: ['statements'],
  },
  calls: { kind: 'count', better: 'lower', label: 'calls', explainedBy: ['calls'] },
  attempts: { kind: 'count', better: 'lower', label: 'attempts', explainedBy: ['attempts'] },
  rateLimited: {
    kind: 'count',
    better: 'lower',
    label: 'attempts that met a 429',
    explainedBy: ['attempts', 'atOnce'],
  },
  failedItems: {
    kind: 'count',
    better: 'lower',
    label: 'failed items',
    explainedBy: ['attempts', 'checks'],
  },
  inputTokens: { kind: 'count', better: 'lower', label: 'input tokens', explainedBy: SPENT },
  outputTokens: { kind: 'count', better: 'lower', label: 'output tokens', explainedBy: SPENT },
  costUsd: { kind: 'cost', better: 'lower', label: 'cost', explainedBy: SPENT },
  invocations: { kind: 'count', better: 'lower', label: 'invocations', explainedBy: TIME },
  peakConnections: {
    kind: 'count',
    better: 'lower',
    label: 'peak database connections',
    explainedBy: ['atOnce', 'inTransaction', 'statements'],
  },
  statementsInTransactions: {
    kind: 'count',
    better: 'lower',
    label: 'statements within transactions',
    explainedBy: ['inTransaction'],
  },
  transactionMs: { kind: 'duration', better: 'lower', label: 'time within transactions', explainedBy: HELD },
  longestTransactionMs: {
    kind: 'duration',
    better: 'lower',
    label: 'longest transaction',
    explainedBy: HELD,
  },
  efficiency: { kind: 'share', better: 'higher', label: 'efficiency', explainedBy: TIME },
  failedChecks: {
    kind: 'count',
    better: 'lower',
    label: 'failed checks of the scenario',
    explainedBy: ['checks'],
  },
} as const satisfies { readonly [name: string]: MetricDefinition }

/** Of each tier, as `npm run verify` judges schedules with the flags on. */
const VERIFY_METRICS = {
  schedulesViolated: {
    kind: 'count',
    better: 'lower',
    label: 'schedules violated with the flags on',
    explainedBy: ['violations'],
  },
} as const satisfies { readonly [name: string]: MetricDefinition }

/** Of the statements that a mode sends, as PostgreSQL plans them on tables with many runs. */
const PLAN_METRICS = {
  sequentialScans: {
    kind: 'count',
    better: 'lower',
    label: 'sequential scans of large tables',
    explainedBy: ['scans'],
  },
  planCost: {
    kind: 'plan',
    better: 'lower',
    label: "planner's cost of the statements",
    explainedBy: ['plans'],
  },
} as const satisfies { readonly [name: string]: MetricDefinition }

/** Every metric of the exact gate. */
export const METRICS = { ...RUN_METRICS, ...VERIFY_METRICS, ...PLAN_METRICS }

export type MetricName = keyof typeof METRICS
export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[]

/** What has figures beside the scenarios: it runs for itself, and is named as they are. */
export const PROBE_NAMES = ['verify', 'query-plans'] as const
export type ProbeName = (typeof PROBE_NAMES)[number]

/** What the figures of each probe have beside its metrics. */
export const PROBE_PARTS: { readonly [P in ProbeName]: readonly PartName[] } = {
  verify: ['violations'],
  'query-plans': ['scans', 'plans'],
}
/** What those of a scenario have. */
export const RUN_PART_NAMES = PART_NAMES.filter((name) => !Object.values(PROBE_PARTS).flat().includes(name))

export type RunMetricName = keyof typeof RUN_METRICS
export const RUN_METRIC_NAMES = Object.keys(RUN_METRICS) as readonly RunMetricName[]

/** The metrics of a scenario, or of a probe. */
export function metricNamesOf(name: string): readonly MetricName[] {
  switch (name as ProbeName) {
    case 'verify':
      return Object.keys(VERIFY_METRICS) as MetricName[]
    case 'query-plans':
      return Object.keys(PLAN_METRICS) as MetricName[]
    default:
      return RUN_METRIC_NAMES
  }
}

/** By how much `after` is worse than `before`, in the metric's own unit; negative where it is better. */
export function worseBy(metric: MetricName, before: number, after: number): number {
  return METRICS[metric].better === 'lower' ? after - before : before - after
}

/** All that the gate compares of one mode of one scenario or probe, and what its explanations are made from. */
export interface Figures {
  readonly metrics: { readonly [M in MetricName]?: number }
  readonly parts: { readonly [P in PartName]?: Readonly<Record<string, number>> }
}
