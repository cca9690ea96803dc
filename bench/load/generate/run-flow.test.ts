import { afterEach, expect, test, vi } from 'vitest'
import { LoadRecorder } from './load-recorder.ts'
import { runFlow } from './run-flow.ts'
import { refusal } from './stub-service.test-data.ts'

afterEach(() => void vi.useRealTimers())

/** For how long a user waits who is told so when it creates a run, real ms. */
function waitAfter(retryAfter: string | undefined, timeScale = 10): number {
  const recorder = new LoadRecorder(timeScale, null)
  const created = { ids: new Set<string>(), unanswered: 0 }
  const flow = runFlow(
    { recorder, timeScale, dispatch: 'process-next', created, pauseMs: 7, now: () => 0 },
    '{}',
    0,
  )
  flow.next()
  const text = JSON.stringify(refusal('STOPPING'))
  const said = flow.next({ kind: 'answered', status: 503, retryAfter, text })
  if (said.done || said.value.kind !== 'wait') throw new Error(`expected a wait, got ${said.value}`)
  return said.value.ms
}

test.each([
  ['seconds, in production time', '30', 3_000],
  ['no header', undefined, 100],
  ['what is neither seconds nor a date', 'soon', 100],
  ['no time at all, for as long as between two looks', '0', 7],
  ['less than none', '-5', 7],
  ['more than a timer can wait', '1e12', 2 ** 31 - 1],
])('a user who is told to wait does so: %s', (_, header, ms) => {
  expect(waitAfter(header)).toBe(ms)
})

test('a date in Retry-After is waited for', () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 30, 12, 0, 0) })
  expect(waitAfter('Mon, 30 Nov 2026 12:00:20 GMT')).toBe(2_000)
  expect(waitAfter('Mon, 30 Nov 2026 11:00:00 GMT')).toBe(7)
})
