import { expect, test } from 'vitest'
import { giveBackOrphans } from './give-back-orphans.ts'

/** Looks as often as there are answers, with sleeps that end at once. */
async function look(
  answers: readonly (readonly string[] | Error)[],
  { leaseMs, leastPauseMs } = { leaseMs: 60_000, leastPauseMs: 1_000 },
) {
  const left = [...answers]
  const stop = new AbortController()
  const slept: number[] = []
  const givenBack: string[] = []
  const errors: unknown[] = []
  await giveBackOrphans({
    queue: {
      async giveBackOrphans() {
        const answer = left.shift() ?? []
        if (left.length === 0) stop.abort()
        if (answer instanceof Error) throw answer
        return answer
      },
    },
    clock: {
      now: () => 0,
      async sleep(ms, signal) {
        signal?.throwIfAborted()
        slept.push(ms)
      },
    },
    leaseMs,
    leastPauseMs,
    signal: stop.signal,
    onGivenBack: (runId) => givenBack.push(runId),
    onError: (error) => errors.push(error),
  })
  return { slept, givenBack, errors }
}

test('it looks three times in a lease, and tells of each run', async () => {
  const { slept, givenBack } = await look([['a', 'b'], [], ['c']])
  expect([slept, givenBack]).toEqual([
    [20_000, 20_000, 20_000],
    ['a', 'b', 'c'],
  ])
})

test('however short the lease, it pauses between two looks', async () => {
  const { slept } = await look([[]], { leaseMs: 1_500, leastPauseMs: 1_000 })
  expect(slept).toEqual([1_000])
})

test('a look that fails is told of, and the next one comes', async () => {
  const error = new Error('the database has gone')
  const { givenBack, errors } = await look([error, ['a']])
  expect([errors, givenBack]).toEqual([[error], ['a']])
})
