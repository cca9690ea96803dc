import type { Message, RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages'
import { answerText } from '../answer-text.ts'
import type { Latency } from '../latency.ts'
import { type Generated, type GeneratedBlock, textBlock } from '../message.ts'
import { messageText } from '../message-text.ts'
import type { Chunk } from '../reply.ts'

/** Tokens of one delta. The API sends several at a time; how many varies and is not documented. */
const TOKENS_PER_DELTA = 8

const PING = eventText('ping', '{"type":"ping"}')
const MESSAGE_STOP = eventText('message_stop', '{"type":"message_stop"}')

/**
 * The events of a streamed message: the first token at the time to first token, then deltas at the token
 * rate, so that the end comes when the message that is not streamed would come.
 */
export function messageEvents(message: Message, from: Generated, latency: Latency): readonly Chunk[] {
  const chunks: Chunk[] = []
  const { firstTokenMs, generationMs, totalMs } = latency
  /** The first token is there at `firstTokenMs`; the others share what is left. */
  const due = (tokens: number) =>
    firstTokenMs + (generationMs * Math.max(0, tokens - 1)) / Math.max(1, from.outputTokens - 1)
  const write = (atMs: number, outputTokens: number, text: string) =>
    chunks.push({ atMs: Math.min(totalMs, wholeMicroseconds(atMs)), outputTokens, text })
  const at = (atMs: number, outputTokens: number, event: RawMessageStreamEvent) =>
    write(atMs, outputTokens, eventText(event.type, JSON.stringify(event)))

  const start = messageText({
    ...message,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    usage: { ...message.usage, output_tokens: Math.min(1, from.outputTokens) },
  })
  write(firstTokenMs, 0, eventText('message_start', `{"type":"message_start","message":${start}}`))
  let before = 0
  for (const [index, block] of from.blocks.entries()) {
    at(due(before), before, { type: 'content_block_start', index, content_block: emptyBlock(block) })
    if (index === 0) write(due(before), before, PING)
    if (block.type === 'tool_use') {
      const delta = { type: 'input_json_delta', partial_json: '' } as const
      at(due(before), before, { type: 'content_block_delta', index, delta })
    }
    for (const piece of answerText(block.text).pieces(TOKENS_PER_DELTA)) {
      const tokens = before + piece.tokensSoFar
      write(due(tokens), tokens, deltaText(index, block.type, piece.json))
    }
    before += block.tokens
    at(due(before), before, { type: 'content_block_stop', index })
  }
  const { stop_reason, stop_sequence, stop_details, container, usage } = message
  at(totalMs, from.outputTokens, {
    type: 'message_delta',
    delta: { stop_reason, stop_sequence, stop_details, container },
    usage: {
      input_tokens: usage.input_tokens,
      cache_creation_input_tokens: usage.cache_creation_input_tokens,
      cache_read_input_tokens: usage.cache_read_input_tokens,
      output_tokens: usage.output_tokens,
      output_tokens_details: usage.output_tokens_details,
      server_tool_use: usage.server_tool_use,
    },
  })
  write(totalMs, from.outputTokens, MESSAGE_STOP)
  return chunks
}

/** One server-sent event. Clients of the API go by its `event:` line. */
export function eventText(type: string, data: string): string {
  return `event: ${type}\ndata: ${data}\n\n`
}

/** Nearly all of a stream is made of these, so they are put together by hand. */
function deltaText(index: number, type: GeneratedBlock['type'], json: string): string {
  const delta = type === 'text' ? `"text_delta","text":${json}` : `"input_json_delta","partial_json":${json}`
  return eventText(
    'content_block_delta',
    `{"type":"content_block_delta","index":${index},"delta":{"type":${delta}}}`,
  )
}

function emptyBlock(block: GeneratedBlock) {
  return block.type === 'text'
    ? textBlock('')
    : ({ type: 'tool_use', id: block.id, name: block.name, input: {}, caller: { type: 'direct' } } as const)
}

function wholeMicroseconds(ms: number): number {
  return Math.round(ms * 1_000) / 1_000
}
