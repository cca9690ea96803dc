import { afterEach, expect, test, vi } from 'vitest'
import { RealClock } from './real-clock.ts'

const DAY_MS = 86_400_000

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

/** A sleep under fake timers, which fire too long a timer at once, as Node does. */
function asleep(ms: number, signal?: AbortSignal) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  const ended = vi.fn()
  // A turn of the event loop takes 1 ms here. Only a few are given: 30 days of them would not end.
  const turns = vi.fn((look: () => void) => turns.mock.calls.length <= 5 && setTimeout(look, 1))
  vi.stubGlobal('setImmediate', turns)
  new RealClock().sleep(ms, signal).then(() => ended('woke'), ended)
  return { ended, turns }
}

test('a sleep of 30 days, longer than a timer can be, does not turn the event loop meanwhile', async () => {
  const { turns } = asleep(30 * DAY_MS)
  await vi.advanceTimersByTimeAsync(29 * DAY_MS)
  expect(turns).not.toHaveBeenCalled()
})

test('a sleep of 30 days does not end early', async () => {
  const { ended } = asleep(30 * DAY_MS)
  await vi.advanceTimersByTimeAsync(30 * DAY_MS - 1)
  expect(ended).not.toHaveBeenCalled()
})

test('a sleep of 30 days ends after 30 days', async () => {
  const { ended } = asleep(30 * DAY_MS)
  await vi.advanceTimersByTimeAsync(30 * DAY_MS)
  expect(ended).toHaveBeenCalledWith('woke')
})

test('a sleep that is in its second timer leaves no timer when its signal aborts', async () => {
  const stop = new AbortController()
  asleep(30 * DAY_MS, stop.signal)
  await vi.advanceTimersByTimeAsync(29 * DAY_MS)
  const before = vi.getTimerCount()
  stop.abort()
  expect([before, vi.getTimerCount()]).toEqual([1, 0])
})
