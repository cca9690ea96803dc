import { expect, test } from 'vitest'
import type { Engine } from '../engine.ts'
import type { RunSummary } from '../run/read-run.ts'
import { eventStream } from './event-stream.ts'
import { runEvents } from './run-events.ts'

/** A clock that a test turns on by hand, and that knows who waits. */
class TurnedClock {
  #now = 0
  readonly #sleepers = new Map<() => void, number>()
  #onSleep = () => {}

  now() {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const abort = () => {
        this.#sleepers.delete(wake)
        reject(signal?.reason)
      }
      const wake = () => {
        this.#sleepers.delete(wake)
        signal?.removeEventListener('abort', abort)
        resolve()
      }
      this.#sleepers.set(wake, this.#now + ms)
      signal?.addEventListener('abort', abort)
      this.#onSleep()
    })
  }

  get waiting() {
    return this.#sleepers.size
  }

  /** Resolves when somebody sleeps. */
  async slept() {
    if (this.waiting === 0) await new Promise<void>((resolve) => (this.#onSleep = resolve))
  }

  turn(ms: number) {
    this.#now += ms
    for (const [wake, at] of [...this.#sleepers]) if (at <= this.#now) wake()
  }
}

function runWith(log: string[], after = 0) {
  const clock = new TurnedClock()
  const run = { status: 'RUNNING', finishedAt: null as string | null, asked: 0 }
  const engine = {
    status: async () => {
      run.asked++
      return { status: run.status, finishedAt: run.finishedAt } as RunSummary
    },
    log: async (_: string, { after: from = 0, take = 1_000 } = {}) => {
      const lines = log.slice(from, from + take).map((line) => ({ at: '', line }))
      return { lines, next: from + lines.length }
    },
  } satisfies Pick<Engine, 'status' | 'log'>
  const gone = new AbortController()
  const errors: unknown[] = []
  const events = runEvents({
    engine,
    clock,
    runId: 'a',
    after,
    pollMs: 1_000,
    heartbeatMs: 15_000,
    signal: gone.signal,
  })
  const response = eventStream(events, gone, (error) => errors.push(error))
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const read = async () => {
    const { done, value } = await reader.read()
    return done ? undefined : new TextDecoder().decode(value)
  }
  const end = (status: string) => Object.assign(run, { status, finishedAt: '2026-11-24' })
  return { clock, run, engine, errors, reader, read, end }
}

const frame = (id: number, event: string, data: unknown) =>
  `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`
const RUNNING = { status: 'RUNNING', finishedAt: null }

test('a stream says when to connect again, then the lines there are, then how the run stands', async () => {
  const { read } = runWith(['one', 'two'])
  expect([await read(), await read(), await read(), await read()]).toEqual([
    'retry: 2000\n\n',
    frame(1, 'log', { at: '', line: 'one' }),
    frame(2, 'log', { at: '', line: 'two' }),
    frame(2, 'run', RUNNING),
  ])
})

test('after the last event it goes on, and only with what is new', async () => {
  const log = ['one', 'two', 'three']
  const { read } = runWith(log, 2)
  await read()
  expect(await read()).toBe(frame(3, 'log', { at: '', line: 'three' }))
})

test('a status that has not changed is not said again', async () => {
  const log: string[] = []
  const { read, clock } = runWith(log)
  await read()
  await read()
  const next = read()
  await clock.slept()
  log.push('one')
  clock.turn(1_000)
  expect(await next).toBe(frame(1, 'log', { at: '', line: 'one' }))
})

test('a stream ends when the run has ended, after its last line', async () => {
  const log: string[] = []
  const { read, clock, end } = runWith(log)
  await read()
  await read()
  const next = read()
  await clock.slept()
  log.push('last')
  end('COMPLETED')
  clock.turn(1_000)
  const ended = { status: 'COMPLETED', finishedAt: '2026-11-24' }
  expect([await next, await read(), await read(), await read()]).toEqual([
    frame(1, 'log', { at: '', line: 'last' }),
    frame(1, 'run', ended),
    frame(1, 'end', { status: 'COMPLETED' }),
    undefined,
  ])
})

test('a stream with nothing to say gives a sign of life', async () => {
  const { read, clock } = runWith([])
  await read()
  await read()
  const next = read()
  for (let second = 0; second < 15; second++) {
    await clock.slept()
    clock.turn(1_000)
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(await next).toBe(': heartbeat\n\n')
})

test('when the client goes away, nobody waits and the run is not looked at again', async () => {
  const { read, reader, clock, run } = runWith([])
  await read()
  await read()
  const pending = read()
  await clock.slept()
  const asked = run.asked
  await reader.cancel()
  clock.turn(60_000)
  await pending
  expect([clock.waiting, run.asked]).toEqual([0, asked])
})

test('a client that does not read is not read for', async () => {
  const { clock, run } = runWith(Array.from({ length: 100 }, String))
  await new Promise((resolve) => setImmediate(resolve))
  expect([clock.waiting, run.asked]).toEqual([0, 0])
})

test('an error ends the stream, is told of, and is not sent', async () => {
  const { read, engine, errors } = runWith([])
  const error = new Error('password=hunter2')
  engine.status = async () => {
    throw error
  }
  await read()
  expect([await read(), errors]).toEqual([undefined, [error]])
})
