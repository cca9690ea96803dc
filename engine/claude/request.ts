import type Anthropic from '@anthropic-ai/sdk'
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod'
import { z } from 'zod'
import type { Prompt } from './prompts.ts'
import type { Cost } from './rate-limit-state.ts'

/** What is read of an answer: a proxy can put anything in its place, with a status of 200. */
const messageSchema = z.object({
  content: z.array(z.object({ type: z.string() })),
  stop_reason: z.string().nullable(),
  usage: z.object({ input_tokens: z.number(), output_tokens: z.number() }),
})
const NOTHING: Cost = { inputTokens: 0, outputTokens: 0 }

/** A response of the API: paid for, whether it can be used or not. */
export interface Answer<T> {
  readonly cost: Cost
  readonly status: number
  readonly headers: Headers
  readonly content: Content<T>
}

export type Content<T> =
  | { readonly state: 'usable'; readonly parsed: T }
  /** It was cut, or is not what the schema asks for: another attempt may give a better one. */
  | { readonly state: 'unusable'; readonly error: Error }
  /** The model will not: the same request would be refused again. */
  | { readonly state: 'refused'; readonly error: Error }

const formats = new WeakMap<z.ZodType, unknown>()

/** Converted once: every call of a phase asks for the same. */
function formatOf<T>(schema: z.ZodType<T>) {
  const format =
    (formats.get(schema) as ReturnType<typeof zodOutputFormat<z.ZodType<T>>>) ?? zodOutputFormat(schema)
  formats.set(schema, format)
  return format
}

/**
 * One request. The content is read here, and not by the SDK's `parse`, which loses usage and headers of
 * an answer that does not hold for the schema.
 * @throws what the SDK throws where there is no complete response.
 */
export async function requestAnswer<T>(
  claude: Anthropic,
  model: string,
  prompt: Prompt<T>,
  signal: AbortSignal | undefined,
): Promise<Answer<T>> {
  const format = formatOf(prompt.schema)
  const { data: message, response } = await claude.messages
    .create(
      {
        model,
        max_tokens: prompt.maxTokens,
        system: prompt.system,
        messages: [{ role: 'user', content: prompt.user }],
        output_config: { format },
      },
      signal ? { signal } : {},
    )
    .withResponse()
  const checked = messageSchema.safeParse(message)
  if (!checked.success) {
    const error = new Error(`the answer is no message (${z.prettifyError(checked.error).split('\n')[0]})`)
    const content = { state: 'unusable', error } as const
    return { cost: NOTHING, status: response.status, headers: response.headers, content }
  }
  return {
    cost: { inputTokens: message.usage.input_tokens, outputTokens: message.usage.output_tokens },
    status: response.status,
    headers: response.headers,
    content: readContent(message, format.parse),
  }
}

function readContent<T>(message: Anthropic.Message, parse: (text: string) => T): Content<T> {
  if (message.stop_reason === 'refusal') return { state: 'refused', error: new Error('the model refused') }
  const text = message.content.map((block) => (block.type === 'text' ? block.text : '')).join('')
  if (/\\u0000|\0/.test(text)) {
    return {
      state: 'unusable',
      error: new Error('the answer has a NUL character, which no text column takes'),
    }
  }
  try {
    return { state: 'usable', parsed: parse(text) }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    const error = new Error(`the answer (${message.stop_reason}) cannot be used: ${why}`, { cause })
    return { state: 'unusable', error }
  }
}
