import { expect, test } from 'vitest'
import { MachineUsage } from './machine-usage.ts'

/** Two cores, looked at after pieces of `[ms, busy ms of both cores]`. */
function usageOf(pieces: readonly (readonly [ms: number, busyMs: number])[]): MachineUsage {
  const times = { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 }
  const usage = new MachineUsage(() => [{ times: { ...times } }, { times: { ...times } }])
  for (const [ms, busyMs] of pieces) {
    times.user += busyMs / 2
    times.idle += ms - busyMs / 2
    usage.look()
  }
  return usage
}

test('what a machine did is told of all its cores, and what it did besides the load', () => {
  const usage = usageOf([
    [1_000, 400],
    [1_000, 1_600],
  ])
  expect(usage.result(800)).toEqual({ cores: 2, busy: 0.5, maxBusy: 0.8, busyOtherwise: 0.3 })
})

test('the busiest piece is none that is too short to be counted', () => {
  const usage = usageOf([
    [1_000, 400],
    [20, 40],
  ])
  expect(usage.result(0)?.maxBusy).toBeLessThan(0.3)
})

test('a system that does not count has no figures', () => {
  expect(new MachineUsage(() => []).result(0)).toBeNull()
})
