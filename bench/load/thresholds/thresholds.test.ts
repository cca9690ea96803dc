import { expect, test } from 'vitest'
import type { Load } from '../../../reports/index.ts'
import { LOAD_RESULT } from '../../../reports/load/load-result.test-data.ts'
import { LoadRecorder } from '../generate/index.ts'
import { judgeThreshold } from './judge-threshold.ts'
import { parseThreshold } from './parse-threshold.ts'

const [load] = LOAD_RESULT.loads as [Load]
const recorder = new LoadRecorder(10, null)
for (let n = 1; n <= 100; n++) {
  recorder.started(n / 10)
  recorder.request('POST /runs', { kind: 'answered', status: 201 }, n)
  recorder.ended('completed', n * 10)
}
recorder.closeBucket(1_000, { calls: null, processes: [], database: null })

const judge = (text: string, changes: Partial<Load> = {}) =>
  judgeThreshold(parseThreshold(text), { load: { ...load, ...changes }, recorder, timeScale: 10 })

test.each([
  ['run p(95)<9600ms', true],
  ['run p(95)<9400ms', false],
  ['run max<=10010ms', true],
  ['run count==100', true],
  ['create p(50)<510ms', true],
  ['create p(50)<490ms', false],
  ['arrival-error p(99)<10ms', true],
  ['arrival-error max<9ms', false],
  ['dropped count<1', false],
  ['dropped rate<1%', true],
  ['completed rate>1/h', true],
  ['completed rate>60/s', false],
  ['429s count>0', true],
  ['memory max<500MB', true],
  ['memory max<100MB', false],
  ['in-flight max<61', true],
  ['lock-waiting max<2', false],
  ['event-loop max<1s', true],
] as const)('%s holds: %s', (text, held) => {
  expect(judge(text).held).toBe(held)
})

test('what was not measured does not hold', () => {
  expect(judge('429s count<5', { calls: null })).toMatchObject({ value: null, held: false })
  expect(judge('queued max<5')).toMatchObject({ value: null, held: false })
  const closed = { kind: 'closed', connections: 1, durationMs: 1 } as const
  const arrivalError = judge('arrival-error p(95)<1h', { arrivals: closed })
  expect(arrivalError).toMatchObject({ value: null, held: false })
})

test.each([
  ['p(95)<30s', 'METRIC STATISTIC<LIMIT'],
  ['latency p(95)<30s', 'the metric "latency"'],
  ['run p(101)<30s', 'p(N)<DURATION'],
  ['run p(95)<30', 'p(N)<DURATION'],
  ['run avg<30s', 'p(N)<DURATION'],
  ['dropped rate<5', 'count<N'],
  ['memory max<500', 'with its unit'],
  ['run p(95)=30s', 'METRIC STATISTIC<LIMIT'],
])('%s is refused, and it is said what was expected', (text, said) => {
  expect(() => parseThreshold(text)).toThrow(said)
})
