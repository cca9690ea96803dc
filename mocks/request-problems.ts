import type { CountTokensBody, MessagesBody, ParseContext } from './body-schemas.ts'
import { cacheControlProblem } from './cache-control-problems.ts'
import { type ApiError, invalidRequest } from './errors.ts'
import { inputTokensOf } from './input-tokens.ts'
import { modelFacts } from './models.ts'
import { toolsProblem, toolUseProblem } from './tool-problems.ts'

/** The version from which sampling parameters are refused and content rules are stricter. */
const STRICT_VERSION = '2026-10-21'

const HOT_THINKING =
  '`temperature` may only be set to 1 when thinking is enabled. Please consult our documentation at ' +
  'https://docs.claude.com/en/docs/build-with-claude/extended-thinking#important-considerations-when-using-extended-thinking'

type Sampling = Partial<Pick<MessagesBody, 'temperature' | 'top_p' | 'top_k'>>
type Generation = Partial<Pick<MessagesBody, 'max_tokens' | 'stop_sequences'>>

/** What is wrong with a request whose fields have the right types, in the order of the API. */
export function requestProblem(
  body: CountTokensBody & Sampling & Generation,
  { version, models }: ParseContext,
): ApiError | undefined {
  const problem =
    conversationProblem(body) ??
    systemProblem(body) ??
    cacheControlProblem(body) ??
    thinkingProblem(body) ??
    (version >= STRICT_VERSION ? strictProblem(body) : undefined) ??
    stopSequencesProblem(body) ??
    toolsProblem(body) ??
    toolUseProblem(body.messages)
  if (problem !== undefined) return invalidRequest(problem)
  if (!models.includes(body.model)) return { type: 'not_found_error', message: `model: ${body.model}` }
  const ofModel = modelProblem(body)
  return ofModel === undefined ? undefined : invalidRequest(ofModel)
}

function stopSequencesProblem({ stop_sequences }: Generation): string | undefined {
  return stop_sequences?.some((sequence) => sequence.trim() === '')
    ? 'stop_sequences: each stop sequence must contain non-whitespace'
    : undefined
}

/** What this model does not take. */
function modelProblem(body: CountTokensBody & Generation & Sampling): string | undefined {
  if (body.thinking?.type === 'enabled' && (body.temperature ?? 1) !== 1) return HOT_THINKING
  const facts = modelFacts(body.model)
  if (facts === undefined) return undefined
  const { maxOutputTokens, contextTokens } = facts
  if (body.temperature !== undefined && body.top_p !== undefined) {
    return '`temperature` and `top_p` cannot both be specified for this model. Please use only one.'
  }
  const max = body.max_tokens ?? 0
  if (max > maxOutputTokens) {
    return `max_tokens: ${max} > ${maxOutputTokens}, which is the maximum allowed number of output tokens for ${body.model}`
  }
  if (body.messages.at(-1)?.role === 'assistant') {
    if (!facts.prefill) {
      return 'This model does not support assistant message prefill. The conversation must end with a user message.'
    }
    if (endsInWhitespace(body)) {
      return 'messages: final assistant content cannot end with trailing whitespace'
    }
  }
  const tokens = inputTokensOf(body)
  return tokens > contextTokens
    ? `prompt is too long: ${tokens} tokens > ${contextTokens} maximum`
    : undefined
}

function endsInWhitespace({ messages }: CountTokensBody): boolean {
  const content = messages.at(-1)?.content
  const last = typeof content === 'string' ? content : content?.at(-1)
  const text = typeof last === 'string' ? last : last?.type === 'text' ? last.text : ''
  return typeof text === 'string' && /\s$/.test(text)
}

function conversationProblem({ messages }: CountTokensBody): string | undefined {
  if (messages.length === 0) return 'messages: at least one message is required'
  if (messages[0]?.role !== 'user') return 'messages: first message must use the "user" role'
  for (const [index, message] of messages.entries()) {
    const last = index === messages.length - 1
    if (message.content.length === 0 && !(last && message.role === 'assistant')) {
      return `messages.${index}: all messages must have non-empty content except for the optional final assistant message`
    }
    if (typeof message.content === 'string') {
      if (message.content !== '' && !/\S/.test(message.content)) return blankText('messages')
      continue
    }
    const problem = textProblem('messages', message.content)
    if (problem !== undefined) return problem
    if (message.role === 'system' && message.content.some(({ type }) => type !== 'text')) {
      return `messages.${index}: only \`text\` blocks can be in \`system\` messages`
    }
  }
  return undefined
}

function systemProblem({ system }: CountTokensBody): string | undefined {
  if (Array.isArray(system)) return textProblem('system', system)
  return system && !/\S/.test(system) ? blankText('system') : undefined
}

function textProblem(
  field: string,
  blocks: readonly { readonly type: string; readonly text?: unknown }[],
): string | undefined {
  const texts = blocks.flatMap(({ type, text }) => (type === 'text' ? [String(text)] : []))
  if (texts.includes('')) return `${field}: text content blocks must be non-empty`
  return texts.some((text) => text.trim() === '') ? blankText(field) : undefined
}

function blankText(field: string): string {
  return `${field}: text content blocks must contain non-whitespace text`
}

function thinkingProblem({
  thinking,
  max_tokens = Infinity,
}: CountTokensBody & Generation): string | undefined {
  return thinking?.type === 'enabled' && thinking.budget_tokens >= max_tokens
    ? '`max_tokens` must be greater than `thinking.budget_tokens`'
    : undefined
}

function strictProblem(body: CountTokensBody & Sampling): string | undefined {
  for (const name of ['temperature', 'top_p', 'top_k'] as const) {
    if (body[name] !== undefined) return `${name}: Extra inputs are not permitted`
  }
  for (const [index, message] of body.messages.entries()) {
    if (typeof message.content === 'string') continue
    for (const [position, block] of message.content.entries()) {
      const path = `messages.${index}.content.${position}`
      if (message.role === 'assistant' && block.type === 'document') {
        return `${path}: document blocks are not permitted in assistant messages`
      }
      if (message.role === 'user' && block.type === 'text' && Array.isArray(block.citations)) {
        if (block.citations.length > 0)
          return `${path}.citations: citations are not permitted in user messages`
      }
    }
  }
  return undefined
}
