import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { TIER_FLAGS } from '../../../engine/index.ts'

const AT = '2026-11-24T00:00:00.000Z'

function summary(status: string) {
  return {
    id: 'a',
    status,
    phase: 'subtask-generation',
    flags: TIER_FLAGS[3],
    pacing: 'normal',
    progress: { total: 0, completed: 0, failed: 0 },
    error: null,
    createdAt: AT,
    startedAt: AT,
    finishedAt: AT,
  }
}

/** Body of an answer that is not 2xx. */
export function refusal(code: string) {
  return { error: { code, message: code } }
}

/** `reset`: the connection is broken. `none`: nothing is ever answered. `garbage`: what comes is no HTTP. */
export type StubReply = readonly [status: number, body: unknown] | 'reset' | 'none' | 'garbage'

export interface StubService {
  readonly url: string
  /** Method and path of each request, in the order of their arrival. */
  readonly requests: readonly string[]
  /** Connections that were made to it. */
  readonly connections: () => number
  close(): void
}

/** A service that gives these answers to process-next, one after the other, and then says finished. */
export async function startStubService(replies: StubReply[]): Promise<StubService> {
  const requests: string[] = []
  let connections = 0
  const answer = ({ method, url }: IncomingMessage): StubReply => {
    requests.push(`${method} ${url}`)
    if (method === 'GET') return [200, summary('COMPLETED')]
    if (url === '/runs') return [201, summary('PENDING')]
    return replies.shift() ?? [200, { state: 'finished', status: 'COMPLETED' }]
  }
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const reply = answer(request)
    if (reply === 'none') return
    if (reply === 'garbage') return void request.socket.end('this is no HTTP\r\n\r\n')
    if (reply === 'reset') return void request.socket.destroy()
    response.writeHead(reply[0], { 'content-type': 'application/json', 'retry-after': '1' })
    response.end(JSON.stringify(reply[1]))
  })
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    connections: () => connections,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
