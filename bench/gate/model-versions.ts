import { createHash } from 'node:crypto'
import { type ClaudeMockOptions, createClaudeMock, type RateLimits } from '../../mocks/index.ts'
import { VirtualClock } from '../clock/index.ts'
import { readServerTimes, serverTimeMs } from '../instrument/index.ts'
import { costUsd, PRICES } from '../run/index.ts'

/** Fingerprints of what a figure is modelled with. */
export interface ModelVersions {
  /** Of the mock's answers, their headers, tokens and latency, with limits and faults. */
  readonly mock: string
  /** Of the price list, and of what is made of it. */
  readonly prices: string
  /** Of the calibrated times of statements, and of what is made of them. */
  readonly statements: string
}

/** What a mock is asked, and how it is set up, so that its answers show what it would say, and when. */
interface Probe {
  readonly options: Pick<ClaudeMockOptions, 'latency' | 'limits' | 'faults'>
  /** Requests that are sent at once, group after group. */
  readonly groups: readonly (readonly object[])[]
  /** Between two groups, ms. */
  readonly pauseMs: number
}

const STEADY = { firstTokenMs: 700, perThousandInputTokensMs: 50, tokensPerSecond: 80, sigma: 0.25 }
/** Has a tail, and grows with the load. */
const BUSY = {
  ...STEADY,
  tail: { probability: 0.2, alpha: 3 },
  load: { freeRequests: 1, perRequest: 0.2 },
}
const LIMITS: readonly RateLimits[] = [
  { requestsPerMinute: 8 },
  { inputTokensPerMinute: 150 },
  { outputTokensPerMinute: 800 },
  { tokensPerMinute: 800 },
  { concurrentRequests: 2 },
  { requestsPerMinute: 120, burstWindowMs: 1_000 },
  { requestsPerMinute: 600, acceleration: { factor: 2, freeRequestsPerMinute: 10 } },
  { spendCap: { tokens: 1_500 } },
]
const SCHEMA_REQUEST = {
  output_config: {
    format: {
      type: 'json_schema',
      schema: {
        type: 'object',
        additionalProperties: false,
        required: ['names', 'count'],
        properties: { names: { type: 'array', items: { type: 'string' } }, count: { type: 'integer' } },
      },
    },
  },
}
const TOOL_REQUEST = {
  tools: [
    {
      name: 'note',
      input_schema: { type: 'object', required: ['text'], properties: { text: { type: 'string' } } },
    },
  ],
  tool_choice: { type: 'any' },
}
const times = <T>(count: number, value: T) => Array<T>(count).fill(value)

const PROBES: readonly Probe[] = [
  // Text, an output schema, a tool, a stream.
  {
    options: { latency: STEADY, limits: { tokensPerMinute: 40_000 } },
    groups: [[{}], [SCHEMA_REQUEST], [TOOL_REQUEST], [{ stream: true }]],
    pauseMs: 0,
  },
  // Each limit by itself, and more than it lets in.
  ...LIMITS.map((limits) => ({
    options: { latency: BUSY, limits },
    groups: times(5, times(4, {})),
    pauseMs: 2_000,
  })),
  // Faults, drawn and counted.
  {
    options: {
      latency: STEADY,
      limits: {},
      faults: [
        { status: 429, retryAfterSeconds: 3, nthRequest: 1 },
        { status: 529, probability: 0.4 },
        { kind: 'schema-violation', everyNthRequest: 2 },
        { kind: 'max-tokens', tokens: 5, everyNthRequest: 3 },
      ],
    },
    groups: times(10, [SCHEMA_REQUEST]),
    pauseMs: 100,
  },
]

/**
 * Asks the mock a few fixed questions on a virtual clock, and reduces what it answers, and when, to a
 * fingerprint, and so what calls and statements come to: versions that nobody can forget to raise.
 */
export async function readModelVersions(): Promise<ModelVersions> {
  const server = readServerTimes()
  const shapes = [...Object.keys(server.statements), 'a shape that was not measured']
  return {
    mock: fingerprint(await probeMock()),
    prices: fingerprint(
      Object.keys(PRICES).map((model) => [model, costUsd(model, 1_000_000, 0), costUsd(model, 0, 1_000_000)]),
    ),
    statements: fingerprint(
      shapes.map((shape) => [shape, ...[1, 2, 50].map((rows) => serverTimeMs(server, shape, rows))]),
    ),
  }
}

/** What the mock answers to a request of the probes. */
export interface ProbedAnswer {
  readonly about: string
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
  /** When it was whole, virtual ms. */
  readonly atMs: number
}

/** What the mock answers to all probes. */
export async function probeMock(): Promise<ProbedAnswer[]> {
  const answers: ProbedAnswer[] = []
  for (const probe of PROBES) answers.push(...(await answersTo(probe)))
  return answers
}

async function answersTo({ options, groups, pauseMs }: Probe): Promise<ProbedAnswer[]> {
  const clock = new VirtualClock()
  const mock = createClaudeMock({
    clock: { now: () => clock.now(), sleep: (ms, signal) => clock.sleepInsideIo(ms, signal) },
    seed: 1,
    ...options,
  })
  const ask = (request: object, about: string) =>
    clock.io('a probe of the mock', async () => {
      const response = await mock.fetch('https://api.anthropic.com/v1/messages', {
        method: 'POST',
        headers: {
          'x-api-key': 'probe',
          'anthropic-version': '2023-06-01',
          'content-type': 'application/json',
        },
        body: JSON.stringify({
          model: 'claude-haiku-4-5',
          max_tokens: 500,
          messages: [
            { role: 'user', content: `${about}: the clerk corrects the invoice, and the lead counts.` },
          ],
          ...request,
        }),
      })
      const body = await response.text()
      return {
        about,
        status: response.status,
        headers: [...response.headers].sort(),
        body,
        atMs: clock.now(),
      }
    })
  return clock.drive(async () => {
    const answers: ProbedAnswer[] = []
    for (const [group, requests] of groups.entries()) {
      answers.push(...(await Promise.all(requests.map((one, index) => ask(one, `${group}.${index}`)))))
      await clock.sleep(pauseMs)
    }
    return answers
  })
}

function fingerprint(data: unknown): string {
  return createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 16)
}
