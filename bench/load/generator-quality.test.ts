import { expect, test } from 'vitest'
import { LoadRecorder } from './generate/index.ts'
import { judgeGenerator } from './generator-quality.ts'

/** The warnings of a load whose event loop, and all of whose runs, were late by so much real time. */
function warningsOf(delayP99Ms: number, lateMs: number, timeScale: number): readonly string[] {
  const recorder = new LoadRecorder(timeScale, null)
  for (let n = 0; n < 20; n++) recorder.started(lateMs)
  const own = { cpu: 0.1, delayP50Ms: 0, delayP99Ms, delayMaxMs: delayP99Ms }
  return judgeGenerator(own, 'open', recorder, timeScale, null).warnings
}

test.each([
  ['70 ms, in real time', 70, 1, false],
  ['110 ms, in real time', 110, 1, true],
  ['40 ms, which are 0.8 s of production time', 40, 20, false],
  ['70 ms, which are 1.4 s of production time', 70, 20, true],
])('a start that is late by %s, is warned of or not', (_, lateMs, timeScale, warned) => {
  expect(warningsOf(0, lateMs, timeScale).length > 0).toBe(warned)
})

test('lateness is told in real time and in that of production', () => {
  expect(warningsOf(70, 0, 20)[0]).toContain('late by 70 ms (1.4 s of production time)')
})

test('in real time one of them is enough', () => {
  expect(warningsOf(110, 0, 1)[0]).toContain('late by 110 ms at p99')
})
