import type { LowerBound, ModeResult, PhaseName, Repetition, ResultFlags } from '../result-schema.ts'
import { type ApiFigures, apiFigures, type ResponseTimes, responseTimes } from './api-figures.ts'
import { areIdentical, representativeOf } from './repetitions.ts'
import { countOf, groupsOf, type RoundTripFigures, roundTripFigures } from './round-trip-figures.ts'
import { ratioOf, type Spread, spreadOf } from './spread.ts'
import { PHASES, type PhaseWords } from './vocabulary.ts'
import { type WaitFigures, waitFigures } from './wait-figures.ts'

export interface PhaseFigures {
  readonly phase: PhaseName
  readonly words: PhaseWords
  readonly duration: Spread
  /** Against `sequential`; null where that says nothing. */
  readonly speedUp: number | null
  readonly items: number
  readonly roundTrips: number
  readonly roundTripsPerItem: number | null
  /** The round trips of the writes that createMany batches. */
  readonly batchedWrites: number
  readonly batchedWritesPerItem: number | null
  readonly databaseMs: number
  readonly responseTimes: ResponseTimes
}

/** What one mode of a scenario measured. Durations: median over repetitions; the rest: its representative one. */
export interface ModeFigures {
  readonly mode: string
  readonly tier: number | null
  readonly flags: ResultFlags
  readonly repetitions: number
  readonly identical: boolean
  readonly duration: Spread
  readonly wall: Spread
  readonly speedUp: number | null
  /** Whether it did the same work to the end as `sequential`; else no speed-up is given. */
  readonly comparable: boolean
  readonly phases: readonly PhaseFigures[]
  /** Duration / real time that it took: how much faster than real time it was simulated; about 1 in real time. */
  readonly simulationFactor: number | null
  readonly roundTrips: RoundTripFigures
  /** Database time / duration, of the representative repetition. */
  readonly databaseShare: number
  readonly api: ApiFigures
  readonly responseTimes: ResponseTimes
  readonly waits: WaitFigures
  readonly costUsd: number
  readonly lowerBound: LowerBound
  readonly efficiency: number
  readonly peakConnections: number
  readonly invocations: number
  /** The longest of them, ms. */
  readonly longestInvocationMs: number
  readonly output: Repetition['output']
}

/** Figures of one mode; `baseline` is the scenario's `sequential`, where it has one. */
export function modeFigures(mode: ModeResult, baseline: ModeResult | undefined): ModeFigures {
  const { repetitions } = mode
  const chosen = representativeOf(repetitions)
  const identical = areIdentical(repetitions)
  const comparable = baseline !== undefined && didSameWork(mode, baseline)
  const duration = durationOf(mode)
  // Identical repetitions are one sample set: counting them again would only feign more samples.
  const attempts = identical ? chosen.attempts : repetitions.flatMap((repetition) => repetition.attempts)
  const roundTrips = roundTripFigures(chosen)
  const phases = PHASES.map((words): PhaseFigures => {
    const phaseDuration = phaseDurationOf(repetitions, words.phase)
    const items = sumOf(chosen.phases.filter((one) => one.phase === words.phase).map((one) => one.items))
    const groups = groupsOf(chosen, words.phase)
    const writes = countOf(groupsOf(chosen, words.phase, words.batchedShapes))
    return {
      phase: words.phase,
      words,
      duration: phaseDuration,
      speedUp: comparable
        ? ratioOf(phaseDurationOf(baseline.repetitions, words.phase).median, phaseDuration.median)
        : null,
      items,
      roundTrips: countOf(groups),
      roundTripsPerItem: items > 0 ? countOf(groups) / items : null,
      batchedWrites: writes,
      batchedWritesPerItem: items > 0 ? writes / items : null,
      databaseMs: sumOf(groups.map((group) => group.totalMs)),
      responseTimes: responseTimes(attempts, words.phase),
    }
  })
  return {
    mode: mode.mode,
    tier: mode.tier,
    flags: mode.flags,
    repetitions: repetitions.length,
    identical,
    duration,
    wall: spreadOf(repetitions.map((repetition) => repetition.wallMs)),
    speedUp: comparable ? ratioOf(durationOf(baseline).median, duration.median) : null,
    comparable,
    phases,
    simulationFactor: ratioOf(
      duration.median,
      spreadOf(repetitions.map((repetition) => repetition.wallMs)).median,
    ),
    roundTrips,
    databaseShare: chosen.durationMs > 0 ? roundTrips.databaseMs / chosen.durationMs : 0,
    api: apiFigures(chosen),
    responseTimes: responseTimes(attempts),
    waits: waitFigures(chosen),
    costUsd: chosen.costUsd,
    lowerBound: chosen.lowerBound,
    efficiency: chosen.efficiency,
    peakConnections: chosen.peakConnections,
    invocations: chosen.invocations.length,
    longestInvocationMs: Math.max(...chosen.invocations.map(({ startMs, endMs }) => endMs - startMs)),
    output: chosen.output,
  }
}

/** A run that stopped early, or lost items, is no faster for it. */
function didSameWork(mode: ModeResult, baseline: ModeResult): boolean {
  const expected = baseline.repetitions[0]?.output
  return [...baseline.repetitions, ...mode.repetitions].every(
    ({ output }) =>
      output.runStatus.startsWith('COMPLETED') &&
      output.uploads === expected?.uploads &&
      output.cards === expected.cards &&
      output.epics === expected.epics &&
      output.stories === expected.stories &&
      output.subtasks === expected.subtasks,
  )
}

/** As tinybench, which ran the repetitions, has it. */
function durationOf({ duration }: ModeResult): Spread {
  return { median: duration.p50Ms, min: duration.minMs, max: duration.maxMs }
}

function phaseDurationOf(repetitions: readonly Repetition[], phase: PhaseName): Spread {
  return spreadOf(
    repetitions.map(({ phases }) =>
      sumOf(phases.filter((one) => one.phase === phase).map((one) => one.durationMs)),
    ),
  )
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
