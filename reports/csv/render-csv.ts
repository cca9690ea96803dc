import { stringify } from 'csv-stringify/sync'
import type { RunPoint } from '../curves-schema.ts'
import { formatFlags } from '../format/provenance.ts'
import type { BenchResult, ModeResult, Repetition, ScenarioResult } from '../result-schema.ts'

/** One line of the file, by column; what a line does not have is left empty. */
type Row = Readonly<Record<string, string | number>>

const WAIT_CAUSES = ['pacing', 'backoff', 'governor', 'pool', 'lock'] as const
const PHASES = ['card-analysis', 'story-generation', 'subtask-generation'] as const

/** Units are in the names; times are of the clock that `clock` names. */
const COLUMNS = [
  'scenario',
  'kind',
  'mode',
  'value',
  'repetition',
  'clock',
  'flags',
  'durationMs',
  ...PHASES.map((phase) => `${phase}Ms`),
  'roundTrips',
  'databaseMs',
  'calls',
  'attempts',
  'refused429',
  'failedItems',
  'waitMs',
  ...WAIT_CAUSES.map((cause) => `${cause}WaitMs`),
  'inputTokens',
  'outputTokens',
  'costUsd',
  'invocations',
  'lowerBoundMs',
  'efficiency',
] as const

/**
 * The main figures as CSV (RFC 4180), a line for each repetition of each mode and variant, and for each run of
 * an ablation or a curve. `kind` says which: `mode`, `variant`, `ablation alone`, `ablation added`, `ablation
 * without`, `scale`, `concurrency`. A text that a spreadsheet would take for a formula is set off with `'`.
 */
export function renderCsv(result: BenchResult): string {
  const rows = result.scenarios.flatMap((scenario) =>
    [
      ...scenario.modes.flatMap((mode) => modeRows('mode', mode)),
      ...scenario.variants.flatMap((mode) => modeRows('variant', mode)),
      ...ablationRows(scenario),
      ...scenario.scaling.flatMap(({ axis, mode, points }) =>
        points.map((point): Row => ({ kind: axis, mode, ...point })),
      ),
    ].map((row) => ({ scenario: scenario.name, clock: clockOf(row, result), ...row })),
  )
  return stringify(rows, {
    columns: [...COLUMNS],
    header: true,
    record_delimiter: 'windows',
    escape_formulas: true,
  })
}

/** Single runs are simulated, whatever the modes were. */
function clockOf({ kind }: Row, { clock }: BenchResult): string {
  return kind === 'mode' || kind === 'variant' ? clock : 'virtual'
}

function modeRows(kind: string, { mode, flags, repetitions }: ModeResult): Row[] {
  return repetitions.map((run, index) => ({
    kind,
    mode,
    repetition: index + 1,
    flags: formatFlags(flags),
    ...runColumns(run),
  }))
}

function runColumns(run: Repetition): Row {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const waits = (cause?: string) =>
    sum(
      run.waits
        .filter((wait) => cause === undefined || wait.cause === cause)
        .map((wait) => wait.endMs - wait.startMs),
    )
  return {
    durationMs: run.durationMs,
    ...Object.fromEntries(run.phases.map(({ phase, durationMs }) => [`${phase}Ms`, durationMs])),
    roundTrips: sum(run.roundTrips.map((group) => group.count)),
    databaseMs: sum(run.roundTrips.map((group) => group.totalMs)),
    calls: run.calls.length,
    attempts: run.attempts.length,
    refused429: run.attempts.filter(({ status }) => status === 429).length,
    failedItems: run.output.failedItems,
    waitMs: waits(),
    ...Object.fromEntries(WAIT_CAUSES.map((cause) => [`${cause}WaitMs`, waits(cause)])),
    inputTokens: sum(run.attempts.map((attempt) => attempt.inputTokens)),
    outputTokens: sum(run.attempts.map((attempt) => attempt.outputTokens)),
    costUsd: run.costUsd,
    invocations: run.invocations.length,
    lowerBoundMs: run.lowerBound.ms,
    efficiency: run.efficiency,
  }
}

function ablationRows({ ablation }: ScenarioResult): Row[] {
  if (ablation === null) return []
  const row = (kind: string, mode: string, point: RunPoint | null): Row[] =>
    point === null ? [] : [{ kind, mode, ...point }]
  return [
    ...row('ablation added', 'no flag', ablation.base),
    ...ablation.steps.flatMap((step) => [
      ...row('ablation alone', step.flag, step.alone),
      ...row('ablation added', step.flag, step.added),
      ...row('ablation without', step.flag, step.without),
    ]),
  ]
}
