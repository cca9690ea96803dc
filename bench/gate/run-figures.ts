import type { ModeResult, PhaseName, PhaseResult, Repetition, ScenarioResult } from '../../reports/index.ts'
import type { Figures, RunMetricName } from './exact-metrics.ts'

/** The figures of a mode of a scenario: every metric is there. */
export interface RunFigures extends Figures {
  readonly metrics: { readonly [M in RunMetricName]: number }
}

/**
 * Reads the metrics of a mode from its first repetition: in virtual time all are equal, and the bench
 * has checked that they are.
 */
export function runFigures(scenario: ScenarioResult, mode: ModeResult): RunFigures {
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
      statementsInTransactions: sum(run.roundTrips.map((group) => group.inTransaction ?? 0)),
      transactionMs: sum(run.transactions.map((group) => group.totalMs)),
      longestTransactionMs: Math.max(0, ...run.transactions.map((group) => group.longestMs)),
      efficiency: run.efficiency,
      failedChecks: scenario.checks.filter((check) => !check.ok).length,
    },
    parts: {
      atOnce: atOnce(run),
      waits: total(
        run.waits.map(({ phase, cause, startMs, endMs }) => [`${phase} ${cause}`, endMs - startMs]),
      ),
      statements: total(run.roundTrips.map(({ phase, shape, count }) => [`${phase} ${shape}`, count])),
      statementTime: total(run.roundTrips.map(({ phase, shape, totalMs }) => [`${phase} ${shape}`, totalMs])),
      inTransaction: total(
        run.roundTrips.flatMap(({ phase, shape, inTransaction }) =>
          inTransaction ? [[`${phase} ${shape}`, inTransaction]] : [],
        ),
      ),
      transactions: total(run.transactions.map(({ phase, totalMs }) => [phase, totalMs])),
      attempts: total(run.attempts.map(({ phase, status }) => [`${phase} ${status || 'no answer'}`, 1])),
      answers: total(run.attempts.map(({ phase, startMs, endMs }) => [phase, endMs - startMs])),
      idle: total(run.phases.map((phase) => [phase.phase, idleMs(phase, run)])),
      calls: total(run.calls.map(({ phase }) => [phase, 1])),
      tokens: total(
        run.attempts.flatMap(({ phase, inputTokens, outputTokens }) => [
          [`${phase} input`, inputTokens],
          [`${phase} output`, outputTokens],
        ]),
      ),
      callTokens: callTokens(run),
      checks: total(
        scenario.checks.filter(({ ok }) => !ok).map(({ name, detail }) => [`${name} (${detail})`, 1]),
      ),
    },
  }
}

/** Input and output of each call, all its attempts together. */
function callTokens({ calls, attempts }: Repetition): Record<string, number> {
  const names = new Map(calls.map(({ id, phase, item }) => [id, `${phase} call for ${item}`]))
  return total(
    attempts.map(({ call, phase, inputTokens, outputTokens }) => [
      names.get(call) ?? phase,
      inputTokens + outputTokens,
    ]),
  )
}

/** Most attempts of a phase that were under way at the same moment. */
function atOnce({ attempts }: Repetition): Record<string, number> {
  const most: Record<string, number> = {}
  for (const { phase, startMs } of attempts) {
    const open = attempts.filter(
      (other) => other.phase === phase && other.startMs <= startMs && other.endMs > startMs,
    )
    most[phase] = Math.max(most[phase] ?? 0, open.length)
  }
  return most
}

/** Time of a phase in which no attempt was under way and nothing waited: statements, and what nobody counts. */
function idleMs({ startMs, endMs }: PhaseResult, { attempts, waits }: Repetition): number {
  const busy = [...attempts, ...waits].sort((a, b) => a.startMs - b.startMs)
  let idle = 0
  let seenUntil = startMs
  for (const one of busy) {
    idle += Math.max(0, Math.min(one.startMs, endMs) - seenUntil)
    seenUntil = Math.max(seenUntil, one.endMs)
  }
  return idle + Math.max(0, endMs - seenUntil)
}

/** Adds up by key; the keys in alphabetical order, so that a baseline's differences are readable. */
function total(entries: readonly (readonly [string, number])[]): Record<string, number> {
  const totals = new Map<string, number>()
  for (const [key, value] of entries) totals.set(key, (totals.get(key) ?? 0) + value)
  const rounded = (value: number) => Math.round(value * 1_000) / 1_000
  return Object.fromEntries(
    [...totals].map(([key, value]) => [key, rounded(value)] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}
