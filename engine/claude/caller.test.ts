import Anthropic from '@anthropic-ai/sdk'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { EngineEvent } from '../events.ts'
import { Caller } from './caller.ts'
import type { RateGovernor } from './rate-governor.ts'

test('an answer is not thrown away because the governor could not be told of it', async () => {
  const body = {
    content: [{ type: 'text', text: '{"n":1}' }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 1, output_tokens: 1 },
  }
  const events: EngineEvent[] = []
  const governor = {
    acquire: async () => ({ id: 'permit' }),
    succeeded: () => Promise.reject(new Error('the row could not be written')),
  } as unknown as RateGovernor
  const caller = new Caller({
    claude: new Anthropic({ apiKey: 'test', maxRetries: 0, fetch: async () => Response.json(body) }),
    model: 'claude-haiku-4-5',
    governor,
    clock: { now: () => 0, sleep: async () => {} },
    random: { draw: () => 0 },
    onEvent: (event) => events.push(event),
  })
  const subject = {
    runId: 'run',
    invocation: 'invocation',
    phase: 'card-analysis',
    item: 'upload 1',
    pacing: 'fast',
  } as const
  const prompt = { system: 's', user: 'u', schema: z.object({ n: z.number() }), maxTokens: 10 }
  expect(await caller.call(subject, prompt)).toEqual({ n: 1 })
  expect(events).toContainEqual(
    expect.objectContaining({ type: 'governor-failed', error: 'the row could not be written', runId: 'run' }),
  )
})

test('what a proxy puts in the place of an answer does not change what the next attempt is expected to cost', async () => {
  const expected: number[] = []
  const governor = {
    acquire: async ({ inputTokens }: { inputTokens: number }) => expected.push(inputTokens),
    succeeded: async () => {},
    impossible: () => undefined,
  } as unknown as RateGovernor
  const caller = new Caller({
    claude: new Anthropic({ apiKey: 'test', maxRetries: 0, fetch: async () => Response.json({}) }),
    model: 'claude-haiku-4-5',
    governor,
    clock: { now: () => 0, sleep: async () => {} },
    random: { draw: () => 0 },
    onEvent: () => {},
  })
  const subject = {
    runId: 'run',
    invocation: 'invocation',
    phase: 'card-analysis',
    item: 'upload 1',
    pacing: 'fast',
  } as const
  const prompt = { system: 's', user: 'u', schema: z.object({ n: z.number() }), maxTokens: 10 }
  await expect(caller.call(subject, prompt)).rejects.toThrow('the answer is no message')
  expect(expected[0]).toBeGreaterThan(0)
  expect(expected).toEqual([expected[0], expected[0], expected[0]])
})
