import { expect, test } from 'vitest'
import { buildMessage, type Generated } from './message.ts'
import { messageText } from './message-text.ts'

const FRAME = { id: 'msg_01x', model: 'a "model"', inputTokens: 7 }
const TEXT = { type: 'text', text: 'He said "no" – twice.\n\u0000\ud800', tokens: 9 } as const
const CALL = { type: 'tool_use', id: 'toolu_01x', name: 'find', text: '{"a":[1]}', tokens: 5 } as const
const GENERATED: Generated = { blocks: [TEXT], outputTokens: 9, stopReason: 'end_turn', stopSequence: null }

test.each<[string, Generated]>([
  ['of text', GENERATED],
  ['without content', { ...GENERATED, blocks: [] }],
  ['of text and a call', { ...GENERATED, blocks: [TEXT, CALL], stopReason: 'tool_use' }],
  ['that was stopped', { ...GENERATED, stopReason: 'stop_sequence', stopSequence: '"' }],
  ['that is a refusal', { ...GENERATED, stopReason: 'refusal' }],
])('a message %s is written as JSON.stringify writes it', (_name, from) => {
  const message = buildMessage(FRAME, from)
  const usage = { ...message.usage, cache_read_input_tokens: 3, cache_creation_input_tokens: 4 }
  const cached = { ...message, usage }
  expect(messageText(cached)).toBe(JSON.stringify(cached))
})

test('a message of a batch is written as JSON.stringify writes it', () => {
  const message = buildMessage({ ...FRAME, serviceTier: 'batch' }, GENERATED)
  expect(messageText(message)).toBe(JSON.stringify(message))
})
