import type { ContentBlock as ApiBlock, Message, TextBlock } from '@anthropic-ai/sdk/resources/messages'
import { answerText } from './answer-text.ts'
import type { MessagesBody } from './body-schemas.ts'
import { type ContentAnswer, type ContentBlock, type JsonValue, parseCutJson } from './content/index.ts'
import { identifier } from './random.ts'
import { cutToTokens, estimateTokens } from './tokens.ts'

/** A block as it is generated: text, or the JSON text of a tool's input. */
export type GeneratedBlock =
  | { readonly type: 'text'; readonly text: string; readonly tokens: number }
  | {
      readonly type: 'tool_use'
      readonly id: string
      readonly name: string
      /** JSON of the input, cut off when `max_tokens` was reached in it. */
      readonly text: string
      readonly tokens: number
    }

/** What was generated for a request, cut where the request says so. */
export interface Generated {
  readonly blocks: readonly GeneratedBlock[]
  readonly outputTokens: number
  readonly stopReason: ContentAnswer['stopReason'] | 'max_tokens' | 'stop_sequence'
  readonly stopSequence: string | null
}

/** What the frame of a tool call costs, its name and id included: a guess, for lack of a documented number. */
const TOKENS_PER_TOOL_USE = 20

/** @param about What the ids of tool calls are about: not the attempt, since they come back in the next request. */
export function generated(
  body: Pick<MessagesBody, 'stop_sequences' | 'max_tokens'>,
  answer: ContentAnswer,
  about: readonly unknown[],
): Generated {
  const blocks = answer.content.map((block, index) => unmeasured(block, [...about, index]))
  const stopped = stopAtSequence(blocks, body.stop_sequences ?? [])
  const cut = cutToMaxTokens(stopped.blocks, body.max_tokens)
  const stopReason = stopped.sequence === null ? answer.stopReason : 'stop_sequence'
  return {
    blocks: cut.blocks,
    outputTokens: cut.outputTokens,
    stopReason: cut.exceeded ? 'max_tokens' : stopReason,
    stopSequence: cut.exceeded ? null : stopped.sequence,
  }
}

export interface MessageFrame {
  readonly id: string
  readonly model: string
  readonly inputTokens: number
  /** @default 'standard' */
  readonly serviceTier?: 'standard' | 'batch'
}

/** The message that answers a request. */
export function buildMessage(frame: MessageFrame, from: Generated): Message {
  return {
    id: frame.id,
    type: 'message',
    role: 'assistant',
    model: frame.model,
    content: from.blocks.map(apiBlock),
    stop_reason: from.stopReason,
    stop_sequence: from.stopSequence,
    stop_details:
      from.stopReason === 'refusal' ? { type: 'refusal', category: null, explanation: null } : null,
    container: null,
    diagnostics: null,
    usage: {
      input_tokens: frame.inputTokens,
      output_tokens: from.outputTokens,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
      output_tokens_details: null,
      server_tool_use: null,
      service_tier: frame.serviceTier ?? 'standard',
      inference_geo: null,
      speed: null,
    },
  }
}

/** The SDK's type has `citations: null`; the API sends no such field without citations, and clients refuse it. */
export function textBlock(text: string): TextBlock {
  return { type: 'text', text } as TextBlock
}

function apiBlock(block: GeneratedBlock): ApiBlock {
  return block.type === 'text'
    ? textBlock(block.text)
    : {
        type: 'tool_use',
        id: block.id,
        name: block.name,
        input: wholeOrCut(block.text),
        caller: { type: 'direct' },
      }
}

function wholeOrCut(json: string): JsonValue {
  try {
    return JSON.parse(json)
  } catch {
    return parseCutJson(json)
  }
}

function unmeasured(block: ContentBlock, about: readonly unknown[]): GeneratedBlock {
  return block.type === 'text'
    ? { type: 'text', text: block.text, tokens: 0 }
    : {
        type: 'tool_use',
        id: block.id ?? identifier('toolu', ...about),
        name: block.name,
        text: JSON.stringify(block.input),
        tokens: 0,
      }
}

/** Only text is looked through: a stop sequence does not cut the input of a tool. */
function stopAtSequence(
  blocks: readonly GeneratedBlock[],
  sequences: readonly string[],
): { readonly blocks: readonly GeneratedBlock[]; readonly sequence: string | null } {
  for (const [index, block] of blocks.entries()) {
    if (block.type !== 'text') continue
    const found = sequences
      .filter((sequence) => sequence !== '' && block.text.includes(sequence))
      .sort((a, b) => block.text.indexOf(a) - block.text.indexOf(b))[0]
    if (found === undefined) continue
    const text = block.text.slice(0, block.text.indexOf(found))
    return { blocks: [...blocks.slice(0, index), { ...block, text }], sequence: found }
  }
  return { blocks, sequence: null }
}

function cutToMaxTokens(blocks: readonly GeneratedBlock[], maxTokens: number) {
  const kept: GeneratedBlock[] = []
  let outputTokens = 0
  for (const block of blocks) {
    const frame = block.type === 'tool_use' ? TOKENS_PER_TOOL_USE : 0
    const left = maxTokens - outputTokens - frame
    if (left < 0) return { blocks: kept, outputTokens, exceeded: true }
    const needed = answerText(block.text).tokens
    const text = needed <= left ? block.text : cutToTokens(block.text, left)
    const tokens = frame + (needed <= left ? needed : estimateTokens(text))
    outputTokens += tokens
    kept.push({ ...block, text, tokens })
    if (needed > left) return { blocks: kept, outputTokens, exceeded: true }
  }
  return { blocks: kept, outputTokens, exceeded: false }
}
