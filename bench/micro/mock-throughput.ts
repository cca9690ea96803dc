import autocannon from 'autocannon'
import type { ChildServer } from '../environment/index.ts'
import { caseName, MOCK_CASES, MOCK_HEADERS, type MockCase, mockBody } from './mock-requests.ts'
import { type MockServers, startMockServers } from './mock-servers.ts'
import { processCpuMicroseconds } from './process-cpu.ts'

export interface MockThroughputOptions {
  /** How often each case is measured on each server. */
  readonly rounds: number
  /** Of one measurement. */
  readonly seconds: number
  readonly connections: number
  readonly signal: AbortSignal
  log(line: string): void
}

/** What was measured of one server, one figure a round, in the order of the rounds. */
export interface ServerRounds {
  readonly requestsPerSecond: readonly number[]
  /** CPU time of the server's process for a request, µs; empty where it cannot be told. */
  readonly cpuMicroseconds: readonly number[]
}

export interface MockThroughput {
  readonly case: string
  readonly mock: ServerRounds
  readonly aimock: ServerRounds
  readonly bare: ServerRounds
}

/** Before the first round, so that no server is measured while its code is still being compiled. */
const WARM_UP_SECONDS = 2

/**
 * Measures the servers in turn, the order reversed from round to round. A round goes through all cases, so
 * that what else the machine does falls on all of them.
 */
export async function measureMockThroughput(options: MockThroughputOptions): Promise<MockThroughput[]> {
  const servers = await startMockServers()
  try {
    const measured = MOCK_CASES.map((of) => ({ of, rounds: serversFor(of, servers).map(newRounds) }))
    for (let round = -1; round < options.rounds; round += 1) {
      options.log(round < 0 ? 'warming up' : `round ${round + 1} of ${options.rounds}`)
      for (const { of, rounds } of measured) {
        for (const each of round % 2 === 0 ? rounds : rounds.toReversed()) {
          const got = await load(each.server, of, round < 0 ? WARM_UP_SECONDS : options.seconds, options)
          if (round >= 0) each.add(got)
        }
      }
    }
    return measured.flatMap(({ of, rounds }) => rowsOf(of, rounds))
  } finally {
    await servers.close()
  }
}

/** To a prompt that it remembers the mock gives the same answer, whoever wrote it. */
function serversFor({ prompts }: MockCase, { mock, given, aimock, bare }: MockServers): ChildServer[] {
  return prompts === 'same' ? [mock, aimock, bare] : [mock, given, aimock, bare]
}

interface Measurement {
  readonly requestsPerSecond: number
  readonly cpuMicroseconds: number | undefined
}

function newRounds(server: ChildServer) {
  const requestsPerSecond: number[] = []
  const cpuMicroseconds: number[] = []
  const add = (got: Measurement) => {
    requestsPerSecond.push(got.requestsPerSecond)
    if (got.cpuMicroseconds !== undefined) cpuMicroseconds.push(got.cpuMicroseconds)
  }
  return { server, requestsPerSecond, cpuMicroseconds, add }
}

function rowsOf(of: MockCase, rounds: readonly ReturnType<typeof newRounds>[]): MockThroughput[] {
  const named = (name: string): ServerRounds => {
    const { requestsPerSecond = [], cpuMicroseconds = [] } =
      rounds.find(({ server }) => server.name === name) ?? {}
    return { requestsPerSecond, cpuMicroseconds }
  }
  const [aimock, bare] = [named('aimock'), named('bare')]
  const contents = of.prompts === 'same' ? (['mock'] as const) : (['given', 'mock'] as const)
  return contents.map((name) => ({ case: caseName(of, name), mock: named(name), aimock, bare }))
}

let prompts = 0

async function load(
  server: ChildServer,
  of: MockCase,
  seconds: number,
  { connections, signal }: MockThroughputOptions,
): Promise<Measurement> {
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
  const cpuBefore = processCpuMicroseconds(server.pid)
  const { requests, errors, timeouts, non2xx, duration } = await autocannon({
    url: `${server.told}/v1/messages`,
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
  const cpuAfter = processCpuMicroseconds(server.pid)
  return {
    requestsPerSecond: requests.total / duration,
    cpuMicroseconds:
      cpuBefore === undefined || cpuAfter === undefined ? undefined : (cpuAfter - cpuBefore) / requests.total,
  }
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
