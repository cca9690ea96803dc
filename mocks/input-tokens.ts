import type { CountTokensBody } from './body-schemas.ts'
import { estimateTokens } from './tokens.ts'

/** What the framing of one message costs: role and separators. */
export const TOKENS_PER_MESSAGE = 4
/** An image of about a megapixel, by the documentation's width × height / 750. */
const TOKENS_PER_IMAGE = 1_600
/** A document that isn't text: a page is reckoned at 1,500 to 3,000. */
const TOKENS_PER_DOCUMENT = 3_000

/** The last one: a request is counted when it is checked and right after that when it is read. */
let latest: { readonly body: CountTokensBody; readonly tokens: number } | undefined

/** Estimated input tokens of a request: system prompt, messages, output schema and tools. */
export function inputTokensOf(body: CountTokensBody): number {
  if (latest?.body !== body) latest = { body, tokens: countInputTokens(body) }
  return latest.tokens
}

function countInputTokens(body: CountTokensBody): number {
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

/** Blocks within a tool's result are not checked, so anything may be there. */
function blockTokens(block: unknown): number {
  if (!isRecord(block)) return estimateTokens(JSON.stringify(block))
  switch (block.type) {
    case 'text':
      return contentTokens(block.text)
    case 'tool_result':
      return contentTokens(block.content)
    case 'image':
      return TOKENS_PER_IMAGE
    case 'document': {
      const { source } = block
      return isRecord(source) && source.type === 'text' ? contentTokens(source.data) : TOKENS_PER_DOCUMENT
    }
    default:
      return estimateTokens(JSON.stringify(block))
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
