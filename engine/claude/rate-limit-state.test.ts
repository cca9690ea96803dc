import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fail, giveBack, reject, succeed } from './permit-ends.ts'
import { LATE_MS, leaveLine, PERMIT_MS, requestPermit } from './permits.ts'
import { readLimits } from './rate-limit-headers.ts'
import { knownBuckets, type Permit, type RateLimitState, unknownLimits } from './rate-limit-state.ts'

const MAX_WINDOW = 8
const cost = (inputTokens: number, outputTokens = 0) => ({ inputTokens, outputTokens })
const nothingSeen = { limits: [], at: 0 }
const tokens = (remaining: number, at = 0) => ({
  limits: [{ name: 'tokens', perMinute: 60_000, remaining } as const],
  at,
})

function ask(state: RateLimitState, process: string, input: number, now = 0) {
  return requestPermit(state, { id: `${process}:${now}:${input}`, process, expected: cost(input) }, now)
}

function granted(state: RateLimitState, process: string, input: number, now = 0) {
  const asked = ask(state, process, input, now)
  if (asked.result.state !== 'granted') throw new Error(`expected a permit, got ${asked.result.state}`)
  return { state: asked.state, permit: asked.result.permit }
}

/** A state in which the tokens are known. */
function withTokens(remaining: number, window = 4): RateLimitState {
  const { state, permit } = granted(unknownLimits(window), 'first', 0)
  const known = succeed(state, permit, { actual: cost(0), seen: tokens(remaining), maxWindow: window }, 0)
  return { ...known, window }
}

const step = fc.oneof(
  fc.record({
    do: fc.constant('request'),
    process: fc.constantFrom('one', 'two', 'three'),
    input: fc.nat(30_000),
  }),
  fc.record({
    do: fc.constantFrom('succeed', 'reject', 'fail', 'giveBack'),
    which: fc.nat(),
    input: fc.nat(40_000),
    output: fc.nat(10_000),
    remaining: fc.nat(60_000),
  }),
  // Clocks of several processes: time is also given that is a little earlier than the last.
  fc.record({ do: fc.constant('time'), ms: fc.integer({ min: -2_000, max: 30_000 }) }),
  fc.record({ do: fc.constant('leave'), process: fc.constantFrom('one', 'two', 'three') }),
)

test('whatever happens in whatever order, the state holds together', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let state = unknownLimits(4)
      let now = 1_000_000
      // Some of these have lapsed, as those of a process that was taken for dead have.
      const handedOut: Permit[] = []
      for (const [index, taken] of steps.entries()) {
        const before = state
        if (taken.do === 'time') now += taken.ms
        else if (taken.do === 'leave') state = leaveLine(state, taken.process)
        else if (taken.do === 'request') {
          const request = { id: `${index}`, process: taken.process, expected: cost(taken.input) }
          const { state: next, result } = requestPermit(state, request, now)
          state = next
          if (result.state === 'granted') {
            handedOut.push(result.permit)
            expect(state.permits.length).toBeLessThanOrEqual(Math.floor(before.window))
            expect(state.at).toBeGreaterThanOrEqual(state.pausedUntil)
            for (const [, bucket] of knownBuckets(state)) expect(bucket.level).toBeGreaterThan(-1e-6)
          } else {
            expect(state.line.filter(({ process }) => process === taken.process)).toHaveLength(1)
            expect(result.ms).toBeGreaterThanOrEqual(0)
          }
        } else if (handedOut.length > 0) {
          const [permit] = handedOut.splice(taken.which % handedOut.length, 1)
          if (!permit) continue
          const seen = tokens(taken.remaining, now)
          const actual = cost(taken.input, taken.output)
          if (taken.do === 'succeed')
            state = succeed(state, permit, { actual, seen, maxWindow: MAX_WINDOW }, now)
          if (taken.do === 'reject') state = reject(state, permit, { pauseMs: taken.input, seen }, now)
          if (taken.do === 'fail') state = fail(state, permit, now)
          if (taken.do === 'giveBack') state = giveBack(state, permit, now)
          expect(state.permits.some(({ id }) => id === permit.id)).toBe(false)
        }
        expect(state.at).toBeGreaterThanOrEqual(before.at)
        expect(state.window).toBeGreaterThanOrEqual(1)
        expect(state.window).toBeLessThanOrEqual(MAX_WINDOW)
        for (const [, { level, perMinute, at }] of knownBuckets(state)) {
          expect(level).toBeLessThanOrEqual(perMinute)
          expect(at).toBeLessThanOrEqual(state.at)
        }
        expect(JSON.parse(JSON.stringify(state))).toEqual(state)
      }
    }),
    { numRuns: 1_000 },
  )
})

test('a request that is given back leaves the buckets as they were', () => {
  fc.assert(
    fc.property(fc.nat(50_000), (input) => {
      const before = withTokens(60_000)
      const { state, permit } = granted(before, 'one', input)
      expect(giveBack(state, permit, 0)).toEqual(before)
    }),
  )
})

test('those behind leave room for what the first in the line waits for', () => {
  const waiting = ask(withTokens(3_000), 'large', 5_000)
  expect(waiting.result).toEqual({ state: 'wait', ms: 2_250 })
  // 2,000 of 3,000 would fit; beside the 5,000 they have to wait.
  expect(ask(waiting.state, 'small', 2_000).result).toEqual({ state: 'wait', ms: 4_350 })
})

test('a place in the line holds a slot for its owner', () => {
  const held = granted(unknownLimits(1), 'one', 0)
  const waiting = ask(held.state, 'two', 0)
  const free = fail(waiting.state, held.permit, 0)
  expect(ask(free, 'three', 0).result.state).toBe('full')
  expect(ask(free, 'two', 0).result.state).toBe('granted')
})

test('whoever asks again in time keeps a place without a change of the state', () => {
  const waiting = ask(withTokens(0), 'one', 5_000)
  expect(ask(waiting.state, 'one', 5_000, 1_000).state).toBe(waiting.state)
})

test('a place lapses when its owner does not come back for it', () => {
  const waiting = ask(withTokens(0), 'dead', 5_000)
  const late = 5_250 + LATE_MS
  expect(ask(waiting.state, 'other', 60_000, late - 1).state.line).toHaveLength(2)
  expect(ask(waiting.state, 'other', 60_000, late).state.line).toHaveLength(1)
})

test('a permit that nobody gives back lapses, and its answer is still counted when it comes', () => {
  const held = granted(withTokens(60_000, 1), 'one', 10_000)
  expect(ask(held.state, 'two', 0, PERMIT_MS - 1).result.state).toBe('full')
  const next = granted(held.state, 'two', 0, PERMIT_MS)
  const answer = { actual: cost(12_000, 4_000), seen: nothingSeen, maxWindow: 1 }
  // 2,000 more than was reserved, and the answer, from a bucket that is full again.
  expect(succeed(next.state, held.permit, answer, PERMIT_MS).buckets.tokens?.level).toBe(54_000)
})

test('a clock that is behind waits for the pause by the time of the state', () => {
  const held = granted(unknownLimits(4), 'ahead', 0, 10_000)
  const paused = reject(held.state, held.permit, { pauseMs: 5_000, seen: nothingSeen }, 10_000)
  expect(ask(paused, 'behind', 0, 9_000).result).toEqual({ state: 'wait', ms: 5_000 })
  expect(ask(paused, 'behind', 0, 9_000).state.at).toBe(10_000)
})

test('a header is read as of when it came, not of when the state was changed', () => {
  const held = granted(withTokens(60_000), 'one', 0)
  const answer = { actual: cost(0), seen: tokens(10_000, 0), maxWindow: 4 }
  expect(succeed(held.state, held.permit, answer, 2_000).buckets.tokens?.level).toBe(12_500)
})

test('the window grows by one in a round of successes that fill it, up to its bound', () => {
  const grow = (from: number, maxWindow: number) => {
    let state = unknownLimits(from)
    for (let n = 0; n < from; n++) state = granted(state, 'one', n).state
    for (let n = 0; n < from; n++) {
      const answer = { actual: cost(0), seen: nothingSeen, maxWindow }
      state = succeed(state, state.permits[0] as Permit, answer, 0)
      state = granted(state, 'one', 100 + n).state
    }
    return Math.round(state.window * 10) / 10
  }
  expect(grow(4, 64)).toBe(4.9)
  expect(grow(4, 4)).toBe(4)
})

test('the window does not grow while it is not what holds requests up', () => {
  const held = granted(unknownLimits(2), 'one', 0)
  const answer = { actual: cost(0), seen: nothingSeen, maxWindow: 64 }
  expect(succeed(held.state, held.permit, answer, 0).window).toBe(2)
})

test.each([
  [6, 3],
  [3, 1.5],
  [1, 1],
])('a 429 with %d under way leaves a window of %d', (underWay, window) => {
  let state = unknownLimits(10)
  for (let n = 0; n < underWay; n++) state = granted(state, 'one', n).state
  const refusal = { pauseMs: 0, seen: nothingSeen }
  expect(reject(state, state.permits[0] as Permit, refusal, 0).window).toBe(window)
})

test('the 429s of requests that were under way together halve the window once, and a later one again', () => {
  let state = unknownLimits(8)
  for (let n = 0; n < 8; n++) state = granted(state, 'one', 0).state
  const refusal = { pauseMs: 0, seen: nothingSeen }
  for (const permit of state.permits) state = reject(state, permit, refusal, 5_000)
  expect(state.window).toBe(4)
  const later = granted(state, 'one', 6_000)
  expect(reject(later.state, later.permit, refusal, 9_000).window).toBe(1)
})

test('of separate buckets the combined one is left out, and what is no number is not read', () => {
  const headers = (entries: Record<string, string>) =>
    new Headers(Object.entries(entries).map(([name, value]) => [`anthropic-ratelimit-${name}`, value]))
  const tokensOnly = { 'tokens-limit': '40000', 'tokens-remaining': '39000' }
  const input = { 'input-tokens-limit': '30000', 'input-tokens-remaining': '1000' }
  expect(readLimits(headers(tokensOnly))).toEqual([{ name: 'tokens', perMinute: 40_000, remaining: 39_000 }])
  expect(readLimits(headers({ ...tokensOnly, ...input }))).toEqual([
    { name: 'input-tokens', perMinute: 30_000, remaining: 1_000 },
  ])
  expect(readLimits(headers({ 'tokens-limit': 'many', 'tokens-remaining': '1' }))).toEqual([])
})
