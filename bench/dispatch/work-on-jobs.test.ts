import { expect, test } from 'vitest'
import { type InvocationOutcome, RunNotFoundError } from '../../engine/index.ts'
import type { NextJob, RunJob } from './run-queue.ts'
import { workOnJobs } from './work-on-jobs.ts'

/** Works on these jobs, two at once, until they have all been ended; a sleep ends when something is ended. */
async function workOn(
  jobs: readonly RunJob[],
  processNext: (runId: string, stop: AbortController) => Promise<InvocationOutcome>,
) {
  const stop = new AbortController()
  const left = [...jobs]
  const ended: [string, NextJob | undefined][] = []
  const errors: unknown[] = []
  await workOnJobs({
    engine: { processNext: (runId) => processNext(runId, stop) },
    queue: {
      async take(atMost) {
        return left.splice(0, atMost)
      },
      async end(job, next) {
        ended.push([job.runId, next])
        if (ended.length === jobs.length) setImmediate(() => stop.abort())
      },
    },
    clock: {
      now: () => 0,
      sleep: (_, signal) =>
        new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
    },
    atOnce: 2,
    pollMs: 1_000,
    signal: stop.signal,
    onError: (error, about) => errors.push([error, about]),
  })
  return { ended, errors }
}

const job = (runId: string, brokenOff = 0): RunJob => ({ id: `job of ${runId}`, runId, brokenOff })
const FINISHED: InvocationOutcome = { state: 'finished', status: 'COMPLETED' }

test.each<[InvocationOutcome, NextJob | undefined]>([
  [FINISHED, undefined],
  [{ state: 'continue' }, {}],
  [{ state: 'busy' }, { afterMs: 5_000 }],
])('after %o comes %o', async (outcome, next) => {
  const { ended } = await workOn([job('a')], async () => outcome)
  expect(ended).toEqual([['a', next]])
})

test('no more are under way at once than may be, and as many', async () => {
  let underWay = 0
  const seen: number[] = []
  const { ended } = await workOn(
    ['a', 'b', 'c', 'd'].map((runId) => job(runId)),
    async () => {
      seen.push(++underWay)
      await new Promise((resolve) => setImmediate(resolve))
      underWay--
      return FINISHED
    },
  )
  expect([ended.length, Math.max(...seen)]).toEqual([4, 2])
})

test('an invocation that breaks off is told of, and comes again after a pause that grows', async () => {
  const error = new Error('the database has gone')
  const { ended, errors } = await workOn([job('a', 3)], () => Promise.reject(error))
  expect(ended).toEqual([['a', { afterMs: 8_000, brokenOff: 4 }]])
  expect(errors).toEqual([[error, { runId: 'a', againInMs: 8_000 }]])
})

test('a run that is not there any more is told of, and left', async () => {
  const error = new RunNotFoundError('there is no run a')
  const { ended, errors } = await workOn([job('a')], () => Promise.reject(error))
  expect([ended, errors]).toEqual([[['a', undefined]], [[error, { runId: 'a' }]]])
})

test('what a stop breaks off comes again at once, and is no error', async () => {
  const { ended, errors } = await workOn([job('a')], async (_, stop) => {
    stop.abort()
    throw stop.signal.reason
  })
  expect([ended, errors]).toEqual([[['a', {}]], []])
})
