import { expect, test } from 'vitest'
import type { ClaudeMock } from './claude-mock.ts'
import { createManualClock } from './manual-clock.ts'
import { scaleClock } from './scaled-clock.ts'
import { asking, clientOf, post, START } from './test-support.ts'

const ask = (mock: ClaudeMock) =>
  mock.fetch('https://api.anthropic.com/v1/messages', post(asking('Describe the warehouse.')))

test('time passes so many times as fast, and a sleep takes that much less', async () => {
  const wall = createManualClock(START)
  const scaled = scaleClock(wall, 50)
  const from = scaled.now()
  await wall.run(scaled.sleep(10_000))
  expect([wall.now() - START, scaled.now() - from]).toEqual([200, 10_000])
})

test('clocks of several processes agree, whenever they were made', async () => {
  const wall = createManualClock(START)
  const before = scaleClock(wall, 50)
  await wall.advance(12_345)
  expect(scaleClock(wall, 50).now()).toBe(before.now())
})

test('a factor of 1 is the clock itself', () => {
  const wall = createManualClock(START)
  expect(scaleClock(wall, 1)).toBe(wall)
})

test('a refusal says the wait in the time of the mock and, as retry-after-ms, in that of its client', async () => {
  const { clock, mock } = clientOf({
    timeScale: 50,
    faults: [{ nthRequest: 1, status: 429, retryAfterSeconds: 7 }],
  })
  const { headers } = await clock.run(ask(mock))
  expect([headers.get('retry-after'), headers.get('retry-after-ms')]).toEqual(['7', '140'])
})

test('at the speed of its client it says the wait once', async () => {
  const { clock, mock } = clientOf({ faults: [{ nthRequest: 1, status: 429, retryAfterSeconds: 7 }] })
  const { headers } = await clock.run(ask(mock))
  expect([headers.get('retry-after'), headers.get('retry-after-ms')]).toEqual(['7', null])
})
