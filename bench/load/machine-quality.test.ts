import { expect, test } from 'vitest'
import { LOAD_RESULT } from '../../reports/load/load-result.test-data.ts'
import { judgeMachine } from './machine-quality.ts'

type Load = (typeof LOAD_RESULT.loads)[number]
const LOAD = LOAD_RESULT.loads[0] as Load

/** The load with the event loop of its first engine late (p99) by that in these pieces, and on time else. */
function withDelays(delayMs: number, pieces: number): Load {
  const series = LOAD.series.map((bucket, at) => ({
    ...bucket,
    processes: bucket.processes.map((sample) => ({
      ...sample,
      wallEventLoopDelayP99Ms: sample.name === 'engine 1' && at < pieces ? delayMs : 10,
    })),
  }))
  return { ...LOAD, series }
}

test.each([
  ['busy for 95 %', 0.95, 1],
  ['busy for 85 %', 0.85, 0],
])('a machine that is %s is warned of or not', (_, busy, warnings) => {
  const machine = { cores: 2, busy, maxBusy: 1, busyOtherwise: 0.4 }
  expect(judgeMachine({ ...withDelays(0, 0), machine }, 1)).toHaveLength(warnings)
})

test.each([
  ['late by 60 ms in every piece at a time scale of 50', 70, 60, 50, 1],
  ['late by 60 ms in every piece at a time scale of 10', 70, 60, 10, 0],
  ['late by 60 ms in one piece of 60 at a time scale of 50', 70, 1, 50, 0],
  ['late by 2 s in every piece in real time', 2_000, 60, 1, 0],
])('an engine that is %s is warned of or not', (_, delayMs, pieces, timeScale, warnings) => {
  expect(judgeMachine(withDelays(delayMs, pieces), timeScale)).toHaveLength(warnings)
})

test('the warning says what the delay is in production time, and what to do', () => {
  const [warning] = judgeMachine(withDelays(70, 60), 50)
  expect(warning).toMatch(
    /engine 1 was late by up to 60 ms \(3\.0 s of production time\).*smaller --time-scale/,
  )
})
