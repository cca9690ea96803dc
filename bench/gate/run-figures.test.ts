import { expect, test } from 'vitest'
import { fixtureResult } from '../../reports/fixture.test-data.ts'
import type { Repetition } from '../../reports/index.ts'
import { runFigures } from './run-figures.ts'

test('time of a phase in which attempts or waits overlap is no idle time, nor is what is outside of it', () => {
  const [scenario] = fixtureResult().scenarios
  const [mode] = scenario?.modes ?? []
  const [run] = mode?.repetitions ?? []
  if (!scenario || !mode || !run) throw new Error('expected a fixture with a run, got none')
  const phase = 'card-analysis'
  const attempt = { call: 1, phase, status: 200, inputTokens: 1, outputTokens: 1 } as const
  const wait = { cause: 'pacing', phase, item: null } as const
  const repetition: Repetition = {
    ...run,
    phases: [{ phase, startMs: 100, endMs: 200, durationMs: 100, items: 1 }],
    attempts: [
      { ...attempt, startMs: 120, endMs: 150 },
      { ...attempt, startMs: 110, endMs: 130 },
      { ...attempt, startMs: 20, endMs: 90 },
    ],
    waits: [
      { ...wait, startMs: 160, endMs: 170 },
      { ...wait, startMs: 190, endMs: 260 },
    ],
  }
  const { parts } = runFigures(scenario, { ...mode, repetitions: [repetition] })
  expect(parts.idle).toEqual({ [phase]: 10 + 10 + 20 })
})
