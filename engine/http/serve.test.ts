import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { Clock } from '../ports.ts'
import { type ApiServer, serveApi } from './serve.ts'

/** Grace that never ends by itself. */
const endless = {
  now: () => 0,
  sleep: (_: number, signal?: AbortSignal) =>
    new Promise<void>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
}
const noTime = { now: () => 0, sleep: async () => {} }
let server: ApiServer | undefined
afterEach(async () => {
  await server?.close(0)
  server = undefined
})

async function serve(fetch: (request: Request) => Response | Promise<Response>, clock: Clock = noTime) {
  const serving = await serveApi({ fetch, port: 0, clock })
  if (clock === noTime) server = serving
  return serving
}

/** An answer that waits until it is released, and a promise that it is being waited for. */
function slowAnswer() {
  let release = () => {}
  let begin = () => {}
  const begun = new Promise<void>((resolve) => (begin = resolve))
  const fetch = async () => {
    begin()
    await new Promise<void>((resolve) => (release = resolve))
    return new Response('done')
  }
  return { fetch, begun, release: () => release() }
}

test('a request that names no length is read', async () => {
  const { url } = await serve(async (request) => new Response(await request.text()))
  const body = new Blob(['sent in chunks']).stream()
  const response = await fetch(url, { method: 'POST', body, duplex: 'half' } as RequestInit)
  expect(await response.text()).toBe('sent in chunks')
})

test('a server that closes answers what is under way, and does not wait for a client that keeps its connection', async () => {
  const { fetch: handler, begun, release } = slowAnswer()
  const serving = await serve(handler, endless)
  const answer = fetch(serving.url)
  await begun
  const closed = serving.close(60_000)
  release()
  expect(await (await answer).text()).toBe('done')
  await closed
})

test('when the grace is over, what is under way is cut off', async () => {
  const { fetch: handler, begun } = slowAnswer()
  const serving = await serve(handler)
  const answer = fetch(serving.url)
  answer.catch(() => {})
  await begun
  await serving.close(0)
  await expect(answer).rejects.toThrow()
})

test('a Host of which no URL can be made is 400 in the shape of all errors', async () => {
  const { url } = await serve(() => new Response('reached'))
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n')
  let answer = ''
  for await (const chunk of socket) answer += chunk
  expect(answer).toMatch(/^HTTP\/1.1 400 .*"code":"INVALID_HEADER"/s)
})
