import { expect, test } from 'vitest'
import type { Engine, InvocationOutcome } from '../../engine/index.ts'
import { continueRuns } from './continue-runs.ts'
import { keepInvocations } from './kept-invocations.ts'

/** An engine whose invocations end as `outcomes` says, one after the other. */
function engineWith(outcomes: readonly (InvocationOutcome | Error)[]) {
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
  const auto = continueRuns(engine as Engine, {
    clock: { now: () => 0, sleep: async (ms) => void slept.push(ms) },
    signal: stop.signal,
    onError: (error, runId) => errors.push([error, runId]),
  })
  const ended = new Promise<void>((resolve) => done.signal.addEventListener('abort', () => resolve()))
  return { auto, ended, left, slept, errors, stop }
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

test('a run that breaks off is told of, and left', async () => {
  const error = new Error('the database has gone')
  const { auto, ended, errors } = engineWith([error])
  await auto.createRun([])
  await ended
  expect(errors).toEqual([[error, 'a']])
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
