import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as realDelay, setImmediate as turn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { ClockBypassedError } from './bypass-detector.ts'
import type { LockableStatement } from './clock.ts'
import { ClockStalledError } from './stall-watch.ts'
import { VirtualClock } from './virtual-clock.ts'

function statement<T>(what: string, send: () => Promise<T>): LockableStatement<T> {
  return {
    what,
    inTransaction: false,
    releasesLocks: true,
    send,
    readLockWait: async () => undefined,
    withdraw: async () => {},
    raiseDeadlock: () => Promise.reject(new Error('deadlock detected')),
  }
}

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

test('a pause inside one bracket does not let time pass while another is open', async () => {
  const clock = new VirtualClock({ startMs: 0 })
  const [first, second] = await clock.drive(() =>
    Promise.all([
      clock.io('A', async () => {
        await realDelay(20)
        return clock.now()
      }),
      clock.io('B', async () => {
        await clock.sleepInsideIo(10)
        return clock.now()
      }),
    ]),
  )
  expect([first, second]).toEqual([0, 10])
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

/** A lock as a database keeps it: statements wait for it in real time, until they are cancelled. */
function fakeLock() {
  let held = false
  let cancel: (() => void) | undefined
  return {
    take: (name: string): LockableStatement<void> => ({
      ...statement(`take ${name}`, async () => {
        if (held) {
          await new Promise((_, reject) => {
            cancel = () => reject(new Error('canceling statement due to user request'))
          })
        }
        held = true
      }),
      releasesLocks: false,
      readLockWait: async () => (cancel ? { pid: 2, blockers: [1] } : undefined),
      async withdraw(_, outcome) {
        cancel?.()
        cancel = undefined
        await outcome.catch(() => {})
      },
    }),
    give: () =>
      statement('give', async () => {
        held = false
      }),
  }
}

test('a statement that waits for a lock does not hold time, and is sent again in order', async () => {
  const clock = new VirtualClock({ startMs: 0 })
  const lock = fakeLock()
  const log: string[] = []
  const worker = async (name: string, startMs: number) => {
    await clock.sleep(startMs)
    const { lockWaitMs } = await clock.statement(lock.take(name))
    log.push(`${name} waited ${lockWaitMs}, got it at ${clock.now()}`)
    await clock.sleep(100)
    await clock.statement(lock.give())
  }
  await Promise.all([worker('a', 0), worker('b', 10), worker('c', 20)])
  expect(log).toEqual([
    'a waited 0, got it at 0',
    'b waited 90, got it at 100',
    'c waited 180, got it at 200',
  ])
})

test('a lock that is never given up fails the run and names the statement that waits', async () => {
  const clock = new VirtualClock({ stallLimitMs: 300 })
  const lock = fakeLock()
  const run = clock.drive(async () => {
    await clock.statement(lock.take('first'))
    await Promise.all([clock.statement(lock.take('second')), clock.sleep(10)])
  })
  await expect(run).rejects.toThrow(ClockStalledError)
  await expect(run).rejects.toThrow(/waits for a lock: take second, since 2026-01-01T00:00:00.000Z/)
})

test('a statement whose end frees locks frees them when it fails, too', async () => {
  const clock = new VirtualClock({ startMs: 0 })
  const lock = fakeLock()
  await clock.statement(lock.take('first'))
  const second = clock.statement(lock.take('second'))
  await clock.sleep(10)
  const commit = clock.statement(
    statement('COMMIT', async () => {
      await lock.give().send()
      throw new Error('could not serialize access')
    }),
  )
  expect(await commit).toMatchObject({ ok: false, error: new Error('could not serialize access') })
  expect((await second).lockWaitMs).toBe(10)
})

test('bracketed work that never ends fails the run and is named', async () => {
  const clock = new VirtualClock({ stallLimitMs: 300 })
  const run = clock.drive(async () => {
    void clock.io('POST /v1/messages', () => new Promise(() => {})).catch(() => {})
    await clock.sleep(10)
  })
  await expect(run).rejects.toThrow(/under way: POST \/v1\/messages, since 2026-01-01T00:00:00.000Z/)
})

test('a run that waits for something that is not on the clock fails, and says who waits', async () => {
  const clock = new VirtualClock({ stallLimitMs: 300 })
  const run = clock.drive(
    () => new Promise(() => {}),
    () => ['waits for a pooled connection'],
  )
  await expect(run).rejects.toThrow(/nothing has happened\.\n {2}waits for a pooled connection/)
})

test('a run fails within 5 s of real time when time cannot move', async () => {
  const clock = new VirtualClock()
  const started = performance.now()
  await expect(clock.drive(() => new Promise(() => {}))).rejects.toThrow(ClockStalledError)
  expect(performance.now() - started).toBeLessThan(5_000)
})

test('a sleep that bypasses the clock fails the run and is named by its place in the code', async () => {
  const clock = new VirtualClock()
  const run = clock.drive(async () => {
    await realDelay(1)
    await clock.sleep(10)
  })
  await expect(run).rejects.toThrow(ClockBypassedError)
  await expect(run).rejects.toThrow(/got Timeout begun at .*virtual-clock\.test\.ts/)
})

test('I/O that is not bracketed fails the run and is named by its place in the code', async () => {
  const clock = new VirtualClock()
  const run = clock.drive(() => readFile(fileURLToPath(import.meta.url), 'utf8'))
  await expect(run).rejects.toThrow(ClockBypassedError)
  await expect(run).rejects.toThrow(/got FSREQ\w+ begun at .*virtual-clock\.test\.ts/i)
})

test('bracketed I/O and waits outside the run are none of its business', async () => {
  const clock = new VirtualClock({ startMs: 0 })
  const outside = realDelay(20)
  const text = await clock.drive(async () => {
    await clock.sleep(10)
    return clock.io('read', () => readFile(fileURLToPath(import.meta.url), 'utf8'))
  })
  await outside
  expect(text.length).toBeGreaterThan(0)
  expect(clock.now()).toBe(10)
})

test('an error of a statement reaches its caller, whether it waited or not', async () => {
  const clock = new VirtualClock({ startMs: 0 })
  const failing = clock.statement(
    statement('INSERT Card', () => Promise.reject(new Error('unique violation'))),
  )
  expect(await failing).toEqual({ ok: false, error: new Error('unique violation'), lockWaitMs: 0 })
})

test('a stopped clock rejects what waits and what comes later', async () => {
  const clock = new VirtualClock()
  const sleeping = clock.sleep(10)
  clock.stop(new Error('cancelled'))
  await expect(sleeping).rejects.toThrow('cancelled')
  await expect(clock.sleep(1)).rejects.toThrow('cancelled')
  await expect(clock.io('late', async () => 1)).rejects.toThrow('cancelled')
})

test('a run that is stalled says so also where nothing else keeps the process', () => {
  const clock = new URL('virtual-clock.ts', import.meta.url).href
  const program = `
    const { VirtualClock } = await import('${clock}')
    const clock = new VirtualClock({ stallLimitMs: 300 })
    await clock.drive(() => Promise.all([clock.io('a lost answer', () => new Promise(() => {})), clock.sleep(5)]))`
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', program],
    { encoding: 'utf8' },
  )
  expect(stderr).toContain('under way: a lost answer')
  expect(status).toBe(1)
})
