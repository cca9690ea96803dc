import { createHash } from 'node:crypto'
import { createClaudeMock } from '../../mocks/index.ts'
import { VirtualClock } from '../clock/index.ts'
import { readServerTimes } from '../instrument/index.ts'
import { PRICES } from '../run/index.ts'

/** Fingerprints of what a figure is modelled with. */
export interface ModelVersions {
  /** Of the mock's answers, their tokens and their latency. */
  readonly mock: string
  /** Of the price list. */
  readonly prices: string
  /** Of the calibrated times of statements. */
  readonly statements: string
}

/** Requests whose answers show what the mock would say, and when: text, an output schema, a tool. */
const PROBES = [
  {},
  {
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
  },
  {
    tools: [
      {
        name: 'note',
        input_schema: { type: 'object', required: ['text'], properties: { text: { type: 'string' } } },
      },
    ],
    tool_choice: { type: 'any' },
  },
]

/**
 * Asks the mock a few fixed questions on a virtual clock, and reduces what it answers, and when, to a
 * fingerprint: a version that nobody can forget to raise.
 */
export async function readModelVersions(): Promise<ModelVersions> {
  const clock = new VirtualClock()
  const mock = createClaudeMock({
    clock: { now: () => clock.now(), sleep: (ms, signal) => clock.sleepInsideIo(ms, signal) },
    seed: 1,
    latency: { firstTokenMs: 700, perThousandInputTokensMs: 50, tokensPerSecond: 80, sigma: 0.25 },
    limits: { tokensPerMinute: 40_000 },
  })
  const hash = createHash('sha256')
  await clock.drive(async () => {
    for (const probe of PROBES) {
      const text = await clock.io('a probe of the mock', async () => {
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
            messages: [{ role: 'user', content: 'The clerk corrects the invoice, and the lead counts.' }],
            ...probe,
          }),
        })
        return `${response.status} ${await response.text()}`
      })
      hash.update(`${text}\n${clock.now()}\n`)
    }
  })
  const { statements, otherMs } = readServerTimes()
  return {
    mock: hash.digest('hex').slice(0, 16),
    prices: fingerprint(PRICES),
    statements: fingerprint({ statements, otherMs }),
  }
}

function fingerprint(data: unknown): string {
  return createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 16)
}
