import type Anthropic from '@anthropic-ai/sdk'
import { expect, test } from 'vitest'
import type { Fault } from './index.ts'
import { asking, clientOf, DOCUMENT, post } from './test-support.ts'

type Body = Partial<Anthropic.MessageCreateParamsNonStreaming>

const LATENCY = { firstTokenMs: 500, perThousandInputTokensMs: 200, tokensPerSecond: 50, sigma: 0.4 }
const SYSTEM = 'You read what a team has written.'
const SAME_LENGTH = 'You read what a crew has written.'

const summaryOf = (description: string): Body => ({
  output_config: {
    format: {
      type: 'json_schema',
      schema: {
        type: 'object',
        additionalProperties: false,
        required: ['summary'],
        properties: { summary: { type: 'string', description } },
      },
    },
  },
})

/** What a request is answered, and how long that takes. */
async function answered(body: Body, faults: readonly Fault[] = []) {
  const { clock, mock } = clientOf({ latency: LATENCY, faults })
  const from = clock.now()
  const request = post({ ...asking(DOCUMENT), ...body })
  const response = await clock.run(mock.fetch('https://api.anthropic.com/v1/messages', request))
  const { content, usage } = await response.json()
  return { status: response.status, content, usage, tookMs: clock.now() - from }
}

test.each<[string, Body, Body]>([
  ['a system prompt', { system: SYSTEM }, { system: SAME_LENGTH }],
  ['a description in the schema', summaryOf('What the team wrote'), summaryOf('What the crew wrote')],
])('another wording of %s changes neither answer nor time', async (_, one, other) => {
  expect(await answered(other)).toEqual(await answered(one))
})

test('a longer system prompt costs its tokens and their time, and nothing else', async () => {
  const short = await answered({ system: SYSTEM })
  const long = await answered({ system: SYSTEM.repeat(20) })
  expect(long.content).toEqual(short.content)
  expect(long.usage.output_tokens).toBe(short.usage.output_tokens)
  expect(long.usage.input_tokens).toBeGreaterThan(short.usage.input_tokens)
  expect(long.tookMs).toBeGreaterThan(short.tookMs)
})

test('another wording of the system prompt changes no fault that is drawn', async () => {
  const statuses = async (system: string) => {
    const all: number[] = []
    for (let n = 0; n < 20; n += 1) {
      const messages = [{ role: 'user' as const, content: `${DOCUMENT} ${n}` }]
      all.push((await answered({ system, messages }, [{ status: 529, probability: 0.5 }])).status)
    }
    return all
  }
  const before = await statuses(SYSTEM)
  expect(new Set(before)).toEqual(new Set([200, 529]))
  expect(await statuses(SAME_LENGTH)).toEqual(before)
})

test('another wording of the user message is drawn anew', async () => {
  const messages = [{ role: 'user' as const, content: DOCUMENT.replace('staff record', 'staff report') }]
  expect((await answered({ messages })).content).not.toEqual((await answered({})).content)
})

test('two requests that differ in their instructions are two contents in the journal', async () => {
  const { clock, mock } = clientOf()
  for (const system of [SYSTEM, SAME_LENGTH, SYSTEM]) {
    const request = post({ ...asking(DOCUMENT), system })
    await clock.run(mock.fetch('https://api.anthropic.com/v1/messages', request))
  }
  expect(mock.journal.entries.map(({ attempt }) => attempt)).toEqual([1, 1, 2])
})
