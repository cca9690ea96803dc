import type { Message } from '@anthropic-ai/sdk/resources/messages'
import type { ContentAnswer, ContentBlock } from './content/index.ts'
import type { MessagesBody } from './request-body.ts'
import { cutToTokens, estimateTokens } from './tokens.ts'

/** The message that answers a request: content, cut where the request says so, and usage. */
export function buildMessage(
  id: string,
  body: MessagesBody,
  answer: ContentAnswer,
  inputTokens: number,
): Message {
  const stopped = stopAtSequence(answer.content, body.stop_sequences ?? [])
  const cut = cutToMaxTokens(stopped.content, body.max_tokens)
  return {
    id,
    type: 'message',
    role: 'assistant',
    model: body.model,
    content: cut.content.map((block) => ({ type: 'text', text: block.text, citations: null })),
    stop_reason: cut.exceeded
      ? 'max_tokens'
      : stopped.sequence === null
        ? answer.stopReason
        : 'stop_sequence',
    stop_sequence: cut.exceeded ? null : stopped.sequence,
    stop_details: null,
    container: null,
    diagnostics: null,
    usage: {
      input_tokens: inputTokens,
      output_tokens: cut.outputTokens,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
      output_tokens_details: null,
      server_tool_use: null,
      service_tier: 'standard',
      inference_geo: null,
      speed: null,
    },
  }
}

function stopAtSequence(
  content: readonly ContentBlock[],
  sequences: readonly string[],
): { readonly content: readonly ContentBlock[]; readonly sequence: string | null } {
  for (const [index, block] of content.entries()) {
    const found = sequences
      .filter((sequence) => sequence !== '' && block.text.includes(sequence))
      .sort((a, b) => block.text.indexOf(a) - block.text.indexOf(b))[0]
    if (found === undefined) continue
    const text = block.text.slice(0, block.text.indexOf(found))
    return { content: [...content.slice(0, index), { ...block, text }], sequence: found }
  }
  return { content, sequence: null }
}

function cutToMaxTokens(content: readonly ContentBlock[], maxTokens: number) {
  const kept: ContentBlock[] = []
  let outputTokens = 0
  for (const block of content) {
    const text = cutToTokens(block.text, maxTokens - outputTokens)
    outputTokens += estimateTokens(text)
    kept.push({ ...block, text })
    if (text.length < block.text.length) return { content: kept, outputTokens, exceeded: true }
  }
  return { content: kept, outputTokens, exceeded: false }
}
