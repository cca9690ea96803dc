import { expect, test } from 'vitest'
import { createRateLimiter } from '../rate-limits.ts'
import { START } from '../test-support.ts'

const ACCELERATION = { factor: 2, freeRequestsPerMinute: 30 }
const limiterOf = (acceleration = ACCELERATION) => createRateLimiter({ acceleration }, { underWay: 0 }, START)

/** An over-eager client; how many requests are accepted in each minute. */
function acceptedByMinute(minutes: number): number[] {
  const limiter = limiterOf()
  const accepted = new Array<number>(minutes).fill(0)
  for (let now = START; now < START + minutes * 60_000; now += 5) {
    if (limiter.refusal(1, now)) continue
    limiter.admit(1, now).finish(1, now)
    const minute = Math.floor((now - START) / 60_000)
    accepted[minute] = (accepted[minute] ?? 0) + 1
  }
  return accepted
}

test('an over-eager client may double its requests each minute, within 1 %', () => {
  for (const [minute, accepted] of acceptedByMinute(6).entries()) {
    const allowed = 30 * 2 ** minute
    expect(Math.abs(accepted - allowed) / allowed).toBeLessThan(0.01)
  }
})

test('a refusal for acceleration has its error code, and waiting exactly retry-after ends it', () => {
  const limiter = limiterOf()
  let now = START + 400
  for (let i = 0; i < 30; i += 1) {
    limiter.admit(1, now).finish(1, now)
    now += 700
  }
  const refusal = limiter.refusal(1, now)
  expect(refusal).toMatchObject({ limit: 'ramp', errorCode: 'ramp_limit_exceeded' })
  const seconds = refusal?.retryAfterSeconds ?? 0
  expect(limiter.refusal(1, now + (seconds - 1) * 1_000)).toBeDefined()
  expect(limiter.refusal(1, now + seconds * 1_000)).toBeUndefined()
})

test('a client that stays below the free rate is never refused for acceleration', () => {
  const limiter = limiterOf()
  for (let now = START; now < START + 600_000; now += 2_100) {
    expect(limiter.refusal(1, now)).toBeUndefined()
    limiter.admit(1, now).finish(1, now)
  }
})

test('after a pause of two minutes the free rate holds again', () => {
  const limiter = limiterOf()
  for (let i = 0; i < 30; i += 1) limiter.admit(1, START).finish(1, START)
  const later = START + 120_000
  for (let i = 0; i < 30; i += 1) {
    expect(limiter.refusal(1, later)).toBeUndefined()
    limiter.admit(1, later).finish(1, later)
  }
  expect(limiter.refusal(1, later)).toMatchObject({ limit: 'ramp', retryAfterSeconds: 60 })
})

test('the minute before counts from its first second to its last', () => {
  const limiter = limiterOf()
  for (let i = 0; i < 30; i += 1) limiter.admit(1, START + i * 2_000).finish(1, START)
  const atOnce = () => {
    let accepted = 0
    while (!limiter.refusal(1, START + 119_000)) {
      limiter.admit(1, START + 119_000).finish(1, START)
      accepted += 1
    }
    return accepted
  }
  expect(atOnce()).toBe(60)
})
