import { expect, test } from 'vitest'
import type { EngineEvent, Happening } from '../events.ts'
import { logEvents } from './log-events.ts'
import { createLogger } from './logger.ts'

const clock = { now: () => Date.UTC(2026, 10, 24), sleep: async () => {} }

/** The lines that events leave, parsed. */
function logged(happenings: readonly Happening[], level: 'debug' | 'info' = 'debug') {
  const lines: string[] = []
  const logger = createLogger({ level, clock, destination: { write: (line) => lines.push(line) } })
  const listen = logEvents(logger)
  for (const happening of happenings)
    listen({ ...happening, runId: 'run', invocation: 'one' } satisfies EngineEvent)
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

const at = 0
const phase = 'card-analysis' as const
const attempt = {
  type: 'attempt-ended',
  call: 1,
  phase,
  startedAt: 0,
  inputTokens: 0,
  outputTokens: 0,
  at,
} as const

test('a line has run and invocation, and level and time as they are read', () => {
  expect(logged([{ type: 'phase-started', phase, at }])).toEqual([
    {
      level: 'info',
      time: '2026-11-24T00:00:00.000Z',
      runId: 'run',
      invocation: 'one',
      phase,
      msg: 'phase started',
    },
  ])
})

test.each<[string, Happening]>([
  ['info', { type: 'invocation-started', at }],
  ['info', { type: 'invocation-ended', outcome: { state: 'continue' }, at }],
  ['info', { type: 'invocation-ended', outcome: { state: 'finished', status: 'COMPLETED' }, at }],
  ['warn', { type: 'invocation-ended', outcome: { state: 'finished', status: 'COMPLETED_WITH_ERRORS' }, at }],
  ['error', { type: 'invocation-ended', outcome: { state: 'finished', status: 'FAILED' }, at }],
  ['debug', { type: 'call-started', call: 1, phase, item: 'upload 1', at }],
  ['debug', { ...attempt, status: 200 }],
  ['warn', { ...attempt, status: 529 }],
  ['debug', { type: 'call-ended', call: 1, phase, attempts: 1, at }],
  ['warn', { type: 'call-ended', call: 1, phase, attempts: 3, error: 'status 529', at }],
  ['debug', { type: 'waited', cause: 'backoff', phase, item: 'upload 1', from: 0, at }],
  ['debug', { type: 'item-claimed', phase, item: 'upload 1', at }],
  ['debug', { type: 'item-ended', phase, item: 'upload 1', outcome: 'completed', at }],
  ['info', { type: 'item-ended', phase, item: 'upload 1', outcome: 'handed-back', at }],
  ['warn', { type: 'item-ended', phase, item: 'upload 1', outcome: 'lost', at }],
  ['error', { type: 'item-ended', phase, item: 'upload 1', outcome: 'failed', at }],
])('%s is the level of %j', (level, happening) => {
  expect(logged([happening]).map((line) => line.level)).toEqual([level])
})

test('what is below the level is not written', () => {
  expect(logged([{ type: 'item-claimed', phase, item: 'upload 1', at }], 'info')).toEqual([])
})
