import { setTimeout as realDelay, setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ClockStalledError, VirtualClock } from './virtual-clock.ts'

const noLocks = async () => 0

test('sleepers wake in order of time, and at equal times in order of registration', async () => {
  const clock = new VirtualClock({ startMs: 0 })
  const woken: string[] = []
  await Promise.all(
    [
      ['c', 30],
      ['a', 10],
      ['d', 30],
      ['b', 20],
    ].map(async ([name, ms]) => {
      await clock.sleep(ms as number)
      woken.push(`${name}@${clock.now()}`)
    }),
  )
  expect(woken).toEqual(['a@10', 'b@20', 'c@30', 'd@30'])
})

test('an hour passes in next to no real time', async () => {
  const clock = new VirtualClock({ startMs: 0 })
  const started = performance.now()
  await clock.sleep(3_600_000)
  expect(clock.now()).toBe(3_600_000)
  expect(performance.now() - started).toBeLessThan(1_000)
})

test('time stands still while bracketed work is under way', async () => {
  const clock = new VirtualClock({ startMs: 0 })
  const other = clock.sleep(5).then(() => 'slept')
  const during = await clock.io('slow disk', async () => {
    await realDelay(30)
    return clock.now()
  })
  expect(during).toBe(0)
  expect(await other).toBe('slept')
  expect(clock.now()).toBe(5)
})

test('work that is not bracketed does not hold time: the clock runs ahead of it', async () => {
  const clock = new VirtualClock({ startMs: 0 })
  const other = clock.sleep(5)
  await realDelay(30)
  await other
  expect(clock.now()).toBe(5)
})

test('a pause inside a bracket lets time move, and holds it again afterwards', async () => {
  const clock = new VirtualClock({ startMs: 0 })
  const late = clock.sleep(1_000).then(() => clock.now())
  const answered = await clock.io('call', async () => {
    await clock.sleepInsideIo(100)
    const at = clock.now()
    await realDelay(20)
    expect(clock.now()).toBe(at)
    return at
  })
  expect(answered).toBe(100)
  expect(await late).toBe(1_000)
})

test('a task that goes on through many turns of the event loop is waited for when it is bracketed', async () => {
  const clock = new VirtualClock({ startMs: 0 })
  const log: string[] = []
  const slow = clock.io('many turns', async () => {
    for (let i = 0; i < 50; i++) await turn()
    log.push(`slow@${clock.now()}`)
  })
  const fast = clock.sleep(1).then(() => log.push(`fast@${clock.now()}`))
  await Promise.all([slow, fast])
  expect(log).toEqual(['slow@0', 'fast@1'])
})

test('an aborted sleep rejects with the reason, and does not move time', async () => {
  const clock = new VirtualClock({ startMs: 0 })
  const controller = new AbortController()
  const sleeping = clock.sleep(100, controller.signal)
  controller.abort(new Error('no longer wanted'))
  await expect(sleeping).rejects.toThrow('no longer wanted')
  await clock.sleep(1)
  expect(clock.now()).toBe(1)
})

test('a negative or missing duration is refused', async () => {
  const clock = new VirtualClock()
  await expect(clock.sleep(-1)).rejects.toThrow('sleep takes 0 ms or more, got -1')
  await expect(clock.sleep(Number.NaN)).rejects.toThrow('got NaN')
})

test('two clocks do not touch each other', async () => {
  const [a, b] = [new VirtualClock({ startMs: 0 }), new VirtualClock({ startMs: 0 })]
  await Promise.all([a.sleep(10), b.sleep(1_000)])
  expect([a.now(), b.now()]).toEqual([10, 1_000])
})

/** A lock as a database keeps it: statements wait for it in real time. */
function fakeLock() {
  const waiting: (() => void)[] = []
  let held = false
  return {
    waiters: async () => waiting.length,
    async take() {
      if (held) await new Promise<void>((resolve) => waiting.push(resolve))
      held = true
    },
    async give() {
      held = false
      waiting.shift()?.()
    },
  }
}

test('a statement that waits for a lock does not hold time, and is released in order', async () => {
  const clock = new VirtualClock({ startMs: 0 })
  const lock = fakeLock()
  const log: string[] = []
  const worker = async (name: string, startMs: number) => {
    await clock.sleep(startMs)
    const { lockWaitMs } = await clock.statement(`take ${name}`, () => lock.take(), lock.waiters)
    log.push(`${name} waited ${lockWaitMs}, got it at ${clock.now()}`)
    await clock.sleep(100)
    await clock.statement(`give ${name}`, () => lock.give(), lock.waiters)
  }
  await Promise.all([worker('a', 0), worker('b', 10), worker('c', 20)])
  expect(log).toEqual([
    'a waited 0, got it at 0',
    'b waited 90, got it at 100',
    'c waited 180, got it at 200',
  ])
})

test('a lock that is never given up fails the run and names the statement that waits', async () => {
  const clock = new VirtualClock({ stallLimitMs: 200 })
  const lock = fakeLock()
  await clock.statement('take', () => lock.take(), lock.waiters)
  const stuck = clock.statement('UPDATE Run', () => lock.take(), lock.waiters)
  await expect(Promise.all([stuck, clock.sleep(10)])).rejects.toThrow(ClockStalledError)
  await expect(stuck).rejects.toThrow(/waits for a lock: UPDATE Run/)
})

test('bracketed work that never ends fails the run and is named', async () => {
  const clock = new VirtualClock({ stallLimitMs: 200 })
  void clock.io('POST /v1/messages', () => new Promise(() => {}))
  await expect(clock.sleep(10)).rejects.toThrow(/does not end.*\n.*busy: POST \/v1\/messages/)
})

test('an error of a statement reaches its caller, whether it waited or not', async () => {
  const clock = new VirtualClock({ startMs: 0 })
  const failing = clock.statement('INSERT Card', () => Promise.reject(new Error('unique violation')), noLocks)
  await expect(failing).rejects.toThrow('unique violation')
})

test('a stopped clock rejects what waits and what comes later', async () => {
  const clock = new VirtualClock()
  const sleeping = clock.sleep(10)
  clock.stop(new Error('cancelled'))
  await expect(sleeping).rejects.toThrow('cancelled')
  await expect(clock.sleep(1)).rejects.toThrow('cancelled')
  await expect(clock.io('late', async () => 1)).rejects.toThrow('cancelled')
})
