import autocannon from 'autocannon'
import { caseName, MOCK_CASES, MOCK_HEADERS, type MockCase, mockBody } from './mock-requests.ts'
import { startMockServers } from './mock-servers.ts'
import type { ServerProcess } from './server-process.ts'

export interface MockThroughputOptions {
  /** How often each case is measured on each server. */
  readonly rounds: number
  /** Of one measurement. */
  readonly seconds: number
  readonly connections: number
  readonly signal: AbortSignal
  log(line: string): void
}

/** Requests per second, one figure a round, in the order of the rounds. */
export interface MockThroughput {
  readonly case: string
  readonly mock: readonly number[]
  readonly aimock: readonly number[]
  readonly bare: readonly number[]
}

/** Before the first round, so that no server is measured while its code is still being compiled. */
const WARM_UP_SECONDS = 1

/** Measures the three servers in turn, the order reversed from round to round. */
export async function measureMockThroughput(options: MockThroughputOptions): Promise<MockThroughput[]> {
  const servers = await startMockServers()
  try {
    const all = [servers.mock, servers.aimock, servers.bare]
    const results: MockThroughput[] = []
    for (const of of MOCK_CASES) {
      options.log(caseName(of))
      const rates = { mock: [] as number[], aimock: [] as number[], bare: [] as number[] }
      for (const server of all) await load(server, of, WARM_UP_SECONDS, options)
      for (let round = 0; round < options.rounds; round += 1) {
        for (const server of round % 2 === 0 ? all : all.toReversed()) {
          rates[server.name as keyof typeof rates].push(await load(server, of, options.seconds, options))
        }
      }
      results.push({ case: caseName(of), ...rates })
    }
    return results
  } finally {
    await servers.close()
  }
}

let prompts = 0

async function load(
  server: ServerProcess,
  of: MockCase,
  seconds: number,
  { connections, signal }: MockThroughputOptions,
): Promise<number> {
  signal.throwIfAborted()
  const request: autocannon.Request =
    of.prompts === 'same'
      ? { body: mockBody(of, 0) }
      : {
          setupRequest(request) {
            prompts += 1
            return { ...request, body: numbered(of, prompts) }
          },
        }
  const { requests, errors, timeouts, non2xx, duration } = await autocannon({
    url: `${server.url}/v1/messages`,
    method: 'POST',
    headers: MOCK_HEADERS,
    connections,
    duration: seconds,
    requests: [request],
  })
  if (errors + timeouts + non2xx > 0) {
    throw new Error(
      `Expected ${server.name} to answer everything, got ${errors} errors, ${timeouts} timeouts, ${non2xx} statuses other than 2xx.`,
    )
  }
  return requests.total / duration
}

/** As mockBody, from a template: the load generator should have little to do. */
const templates = new Map<MockCase, readonly [string, string]>()

function numbered(of: MockCase, n: number): string {
  let template = templates.get(of)
  if (template === undefined) {
    const [before = '', after = ''] = mockBody(of, 0).split('Document 0.')
    template = [before, after]
    templates.set(of, template)
  }
  return `${template[0]}Document ${n}.${template[1]}`
}
