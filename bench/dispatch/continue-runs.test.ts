import { expect, test } from 'vitest'
import { type Engine, type InvocationOutcome, RunNotFoundError } from '../../engine/index.ts'
import { keepInvocations } from '../cli/kept-invocations.ts'
import { continueRuns } from './continue-runs.ts'

/** An engine whose invocations end as `outcomes` says, one after the other; sleeps end at once, or never. */
function engineWith(outcomes: readonly (InvocationOutcome | Error)[], sleeps?: 'for good') {
  const left = [...outcomes]
  const done = new AbortController()
  const slept: number[] = []
  const errors: unknown[] = []
  const engine: Partial<Engine> = {
    createRun: async () => 'a',
    retry: async () => {},
    processNext: async () => {
      const outcome = left.shift()
      if (left.length === 0) setImmediate(() => done.abort())
      if (outcome instanceof Error) throw outcome
      return outcome as InvocationOutcome
    },
  }
  const stop = new AbortController()
  let fellAsleep = () => {}
  const sleeping = new Promise<void>((resolve) => (fellAsleep = resolve))
  async function sleep(ms: number, signal?: AbortSignal) {
    slept.push(ms)
    fellAsleep()
    if (sleeps)
      await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
  }
  const auto = continueRuns(engine as Engine, {
    clock: { now: () => 0, sleep },
    signal: stop.signal,
    onError: (error, about) => errors.push([error, about]),
  })
  const ended = new Promise<void>((resolve) => done.signal.addEventListener('abort', () => resolve()))
  return { auto, ended, left, slept, sleeping, errors, stop }
}

const FINISHED = { state: 'finished', status: 'COMPLETED' } as const

test('a run that is created is gone on with until it has ended', async () => {
  const { auto, ended, left } = engineWith([{ state: 'continue' }, { state: 'continue' }, FINISHED])
  await auto.createRun([])
  await ended
  expect(left).toEqual([])
})

test('a run that is opened again is gone on with', async () => {
  const { auto, ended, left } = engineWith([FINISHED])
  await auto.retry('a')
  await ended
  expect(left).toEqual([])
})

test('a run that somebody else holds is looked at again after a pause', async () => {
  const { auto, ended, slept } = engineWith([{ state: 'busy' }, FINISHED])
  await auto.createRun([])
  await ended
  expect(slept).toEqual([1_000])
})

test('a run that breaks off is told of, and gone on with after a pause', async () => {
  const error = new Error('the database has gone')
  const { auto, ended, errors, slept } = engineWith([error, FINISHED])
  await auto.createRun([])
  await ended
  expect([errors, slept]).toEqual([[[error, { runId: 'a', againInMs: 1_000 }]], [1_000]])
})

test('a run that breaks off again and again is tried ever more seldom, but once a minute', async () => {
  const { auto, ended, slept } = engineWith([...Array<Error>(8).fill(new Error('broken off')), FINISHED])
  await auto.createRun([])
  await ended
  expect(slept.map((ms) => ms / 1_000)).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
})

test('an invocation that does not break off makes the pause short again', async () => {
  const error = new Error('broken off')
  const { auto, ended, slept } = engineWith([error, error, { state: 'continue' }, error, FINISHED])
  await auto.createRun([])
  await ended
  expect(slept).toEqual([1_000, 2_000, 1_000])
})

test('a run that is not there any more is told of, and left', async () => {
  const error = new RunNotFoundError('there is no run a')
  const { auto, ended, left, errors } = engineWith([error, FINISHED, FINISHED])
  await auto.createRun([])
  await Promise.race([ended, new Promise((resolve) => setImmediate(resolve))])
  expect([left.length, errors]).toEqual([2, [[error, { runId: 'a' }]]])
})

test('a signal ends the pause after an error', async () => {
  const { auto, stop, left, sleeping } = engineWith([new Error('broken off'), FINISHED], 'for good')
  await auto.createRun([])
  await sleeping
  stop.abort()
  await new Promise((resolve) => setImmediate(resolve))
  expect(left).toEqual([FINISHED])
})

test('a signal ends it, and is no error', async () => {
  const { auto, stop, left, errors } = engineWith([FINISHED])
  stop.abort()
  await auto.createRun([])
  expect([left.length, errors]).toEqual([1, []])
})

test('invocations are waited for, also those that fail', async () => {
  let fail = (_: Error) => {}
  const processNext = () => new Promise<InvocationOutcome>((_, reject) => (fail = reject))
  const kept = keepInvocations({ processNext } as unknown as Engine)
  const invocation = kept.engine.processNext('a')
  let idle = false
  const waited = kept.idle().then(() => (idle = true))
  await new Promise((resolve) => setImmediate(resolve))
  const before = idle
  fail(new Error('broken off'))
  await expect(invocation).rejects.toThrow('broken off')
  await waited
  expect(before).toBe(false)
})
