/** Modes small enough to reckon by hand, for the tests of the analysis. Only tests import it. */
import { durationOf } from '../duration-of.test-data.ts'
import { flagsOf } from '../fixture.test-data.ts'
import type { ModeResult, Repetition } from '../result-schema.ts'

/** 2 uploads in 10 s, 2 epics in 20 s, 4 stories in 30 s: 60 s, of which 600 ms database. */
export function smallRepetition(changes: Partial<Repetition> = {}): Repetition {
  return {
    durationMs: 61_000,
    wallMs: 5,
    phases: [
      { phase: 'card-analysis', startMs: 0, endMs: 10_000, durationMs: 10_000, items: 2 },
      { phase: 'story-generation', startMs: 10_000, endMs: 30_000, durationMs: 20_000, items: 2 },
      { phase: 'subtask-generation', startMs: 30_000, endMs: 60_000, durationMs: 30_000, items: 4 },
    ],
    invocations: [{ startMs: 0, endMs: 61_000, outcome: 'completed' }],
    roundTrips: [
      { phase: 'card-analysis', shape: 'INSERT Card', count: 12, inTransaction: 0, totalMs: 120 },
      { phase: 'card-analysis', shape: 'UPDATE Run', count: 4, inTransaction: 0, totalMs: 40 },
      { phase: 'story-generation', shape: 'INSERT Story', count: 10, inTransaction: 0, totalMs: 100 },
      { phase: 'story-generation', shape: 'INSERT RunStory', count: 10, inTransaction: 0, totalMs: 100 },
      { phase: 'story-generation', shape: 'UPDATE Run', count: 4, inTransaction: 0, totalMs: 40 },
      { phase: 'subtask-generation', shape: 'INSERT Subtask', count: 20, inTransaction: 0, totalMs: 200 },
    ],
    transactions: [],
    peakConnections: 1,
    calls: [
      { id: 0, phase: 'card-analysis', item: 'upload 1', startMs: 0, endMs: 4000, attempts: 1, ok: true },
      { id: 1, phase: 'card-analysis', item: 'upload 2', startMs: 5000, endMs: 9000, attempts: 3, ok: true },
    ],
    attempts: [
      attempt(0, 0, 1000, 200),
      attempt(1, 5000, 5100, 429),
      attempt(1, 6000, 6100, 529),
      attempt(1, 7000, 10_000, 200),
    ],
    waits: [
      { cause: 'pacing', phase: 'card-analysis', item: 'upload 2', startMs: 4000, endMs: 5000 },
      { cause: 'backoff', phase: 'card-analysis', item: 'upload 2', startMs: 5100, endMs: 6000 },
      { cause: 'backoff', phase: 'card-analysis', item: 'upload 2', startMs: 6100, endMs: 7000 },
    ],
    limits: [],
    logLinesWritten: 8,
    costUsd: 0.5,
    lowerBound: { ms: 30_500, binding: 'output-tokens', parts: { 'output-tokens': 30_500 } },
    efficiency: 0.5,
    output: {
      runStatus: 'COMPLETED',
      uploads: 2,
      cards: 12,
      epics: 2,
      stories: 10,
      subtasks: 20,
      logLines: 8,
      totalItems: 8,
      completedItems: 8,
      failedItems: 0,
      firstError: null,
      digest: 'd1',
    },
    ...changes,
  }
}

/** A mode with one repetition for each set of changes. */
export function smallMode(mode: string, ...changes: Partial<Repetition>[]): ModeResult {
  const tier = ['sequential', 'batched', 'safe', 'parallel'].indexOf(mode)
  const repetitions = (changes.length > 0 ? changes : [{}]).map(smallRepetition)
  return {
    mode,
    tier: tier < 0 ? null : tier,
    flags: flagsOf(mode),
    duration: durationOf(repetitions),
    repetitions,
  }
}

/** Round trips as `batchWrites` makes them: one insert a table and item. */
export const BATCHED_ROUND_TRIPS: Repetition['roundTrips'] = [
  { phase: 'card-analysis', shape: 'INSERT Card', count: 2, inTransaction: 0, totalMs: 60 },
  { phase: 'card-analysis', shape: 'UPDATE Run', count: 4, inTransaction: 0, totalMs: 40 },
  { phase: 'story-generation', shape: 'INSERT Story', count: 2, inTransaction: 0, totalMs: 50 },
  { phase: 'story-generation', shape: 'INSERT RunStory', count: 2, inTransaction: 0, totalMs: 50 },
  { phase: 'story-generation', shape: 'UPDATE Run', count: 4, inTransaction: 0, totalMs: 40 },
  { phase: 'subtask-generation', shape: 'INSERT Subtask', count: 4, inTransaction: 0, totalMs: 160 },
]

function attempt(
  call: number,
  startMs: number,
  endMs: number,
  status: number,
): Repetition['attempts'][number] {
  const answered = status === 200
  return {
    call,
    phase: 'card-analysis',
    startMs,
    endMs,
    status,
    inputTokens: answered ? 100 : 0,
    outputTokens: answered ? 40 : 0,
  }
}
