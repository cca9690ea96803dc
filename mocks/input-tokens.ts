import type { CountTokensBody } from './body-schemas.ts'
import { estimateTokens } from './tokens.ts'

/** What the framing of one message costs: role and separators. */
export const TOKENS_PER_MESSAGE = 4
/** An image of about a megapixel, by the documentation's width × height / 750. */
const TOKENS_PER_IMAGE = 1_600
/** A document that isn't text: a page is reckoned at 1,500 to 3,000. */
const TOKENS_PER_DOCUMENT = 3_000

/** Estimated input tokens of a request: system prompt, messages, output schema and tools. */
export function inputTokensOf(body: CountTokensBody): number {
  let tokens = TOKENS_PER_MESSAGE + contentTokens(body.system ?? '')
  for (const message of body.messages) tokens += TOKENS_PER_MESSAGE + contentTokens(message.content)
  const schema = body.output_config?.format?.schema
  if (schema !== undefined) tokens += estimateTokens(JSON.stringify(schema))
  if (body.tools !== undefined) tokens += estimateTokens(JSON.stringify(body.tools))
  return tokens
}

export function contentTokens(content: unknown): number {
  if (typeof content === 'string') return estimateTokens(content)
  if (Array.isArray(content)) return content.reduce((sum: number, block) => sum + blockTokens(block), 0)
  return 0
}

function blockTokens(block: Readonly<Record<string, unknown>>): number {
  switch (block.type) {
    case 'text':
      return contentTokens(block.text)
    case 'tool_result':
      return contentTokens(block.content)
    case 'image':
      return TOKENS_PER_IMAGE
    case 'document': {
      const source = block.source as { type?: unknown; data?: unknown } | undefined
      return source?.type === 'text' ? contentTokens(source.data) : TOKENS_PER_DOCUMENT
    }
    default:
      return estimateTokens(JSON.stringify(block))
  }
}
