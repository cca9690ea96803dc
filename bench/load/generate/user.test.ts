import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { ApiClient } from './api-client.ts'
import { LoadRecorder } from './load-recorder.ts'
import { refusal as error, type StubReply, startStubService } from './stub-service.test-data.ts'
import { useOnce } from './user.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function serve(...replies: StubReply[]): Promise<string> {
  const stub = await startStubService(replies)
  closing.push(stub.close)
  return stub.url
}

async function use(services: readonly string[], timeoutMs = 5_000, signal = new AbortController().signal) {
  const recorder = new LoadRecorder(1_000, null)
  // Of the machine's time it would depend for how long a service that refused is left out.
  let reads = 0
  const now = () => reads++
  const client = new ApiClient({ services: () => services, recorder, timeoutMs, now })
  closing.push(() => void client.close())
  const created = { ids: new Set<string>(), unanswered: 0 }
  const flow = { recorder, timeScale: 1_000, dispatch: 'process-next', created, pauseMs: 1, now } as const
  const user = { ...flow, client, signal }
  const end = await useOnce(user, '{}', now())
  return {
    end,
    created,
    unanswered: recorder.result.routes.map(({ route, connectionErrors }) => [route, connectionErrors]),
    errors: recorder.result.errors.map(({ kind, count, retryable }) => [kind, count, retryable]),
  }
}

test('a user goes on until the run has finished, and waits where it is busy', async () => {
  const service = await serve(
    [200, { state: 'continue' }],
    [409, error('RUN_BUSY')],
    [503, error('STOPPING')],
  )
  expect(await use([service])).toMatchObject({
    end: 'completed',
    errors: [
      ['409 RUN_BUSY', 1, true],
      ['503 STOPPING', 1, true],
    ],
  })
})

test('a connection that breaks in a process-next is asked for again', async () => {
  const { end, errors } = await use([await serve('reset')])
  expect([end, errors]).toEqual(['completed', [['connection reset', 1, true]]])
})

test('an error that no client is meant to repeat ends the run for its user', async () => {
  const { end, errors } = await use([await serve([500, error('INTERNAL')])])
  expect([end, errors]).toEqual(['errored', [['500 INTERNAL', 1, false]]])
})

test('an answer that is not as the schema says is an error', async () => {
  const { end, errors } = await use([await serve([200, { state: 'done' }])])
  expect([end, errors]).toEqual(['errored', [['not as the schema says', 1, false]]])
})

test('an answer that is no HTTP is an error of the run, and not of the load', async () => {
  const { end, errors } = await use([await serve('garbage')])
  expect([end, errors]).toEqual(['errored', [['an answer that is no HTTP', 1, false]]])
})

test('where one service does not listen, another is asked', async () => {
  const { end, errors } = await use(['http://127.0.0.1:1', await serve()])
  expect([end, errors]).toEqual(['completed', [['connection refused', 1, true]]])
})

test('a time limit may be any number of ms', async () => {
  expect((await use([await serve()], 1_234.567)).end).toBe('completed')
})

test('a creation that is given up before its answer may have left a run', async () => {
  const late = new AbortController()
  const server = createServer(() => late.abort())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { end, created, unanswered } = await use([url], 5_000, late.signal)
  expect([end, created.unanswered]).toEqual(['unfinished', 1])
  expect(unanswered).toEqual([['POST /runs', { 'unanswered when the load ended': 1 }]])
})
