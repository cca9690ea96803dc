import { afterEach, expect, test, vi } from 'vitest'
import { systemClock } from './system-clock.ts'

const DAY_MS = 86_400_000

afterEach(() => void vi.useRealTimers())

/** A sleep under fake timers, which fire too long a timer at once, as Node does. */
function asleep(ms: number, signal?: AbortSignal) {
  vi.useFakeTimers()
  const ended = vi.fn()
  systemClock.sleep(ms, signal).then(() => ended('woke'), ended)
  return ended
}

test('a sleep of 30 days, longer than a timer can be, does not end early', async () => {
  const ended = asleep(30 * DAY_MS)
  await vi.advanceTimersByTimeAsync(30 * DAY_MS - 1)
  expect(ended).not.toHaveBeenCalled()
})

test('a sleep of 30 days ends after 30 days', async () => {
  const ended = asleep(30 * DAY_MS)
  await vi.advanceTimersByTimeAsync(30 * DAY_MS)
  expect(ended).toHaveBeenCalledWith('woke')
})

test('a sleep that is in its second timer ends with the reason of its signal', async () => {
  const stop = new AbortController()
  const reason = new Error('enough')
  const ended = asleep(30 * DAY_MS, stop.signal)
  await vi.advanceTimersByTimeAsync(29 * DAY_MS)
  stop.abort(reason)
  await vi.advanceTimersByTimeAsync(0)
  expect(ended).toHaveBeenCalledWith(reason)
})
