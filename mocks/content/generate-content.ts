import { randomAbout } from '../random.ts'
import type { MessagesBody } from '../request-body.ts'
import type { JsonSchema } from './json-schema.ts'
import { instanceOf } from './schema-instance.ts'
import { vocabularyOf } from './vocabulary.ts'
import { createWriter } from './writer.ts'

/** What an answer is written from. */
export interface ContentRequest {
  readonly model: string
  /** Text of the system prompt; empty when there is none. */
  readonly system: string
  /** Text of the user's messages. */
  readonly userText: string
  /** The schema of `output_config.format`. */
  readonly schema?: JsonSchema
  /** What the random choices are about: the same for the same content, whatever the attempt. */
  readonly about: readonly unknown[]
  readonly body: MessagesBody
}

/** A union on `type`, to which tool use can be added. */
export type ContentBlock = { readonly type: 'text'; readonly text: string }

export interface ContentAnswer {
  readonly content: readonly ContentBlock[]
  readonly stopReason: 'end_turn' | 'refusal'
}

/**
 * Says what is answered. Must be a function of the request alone. Throws UnsupportedSchemaError for a
 * schema that it can't fulfil: the client then gets a 400.
 */
export type ContentHandler = (request: ContentRequest) => ContentAnswer

/** Answers with an instance of the schema, or with plain text, in the words of the prompt. */
export function generateContent(request: ContentRequest): ContentAnswer {
  const random = randomAbout('content', ...request.about)
  const writer = createWriter(vocabularyOf(request.userText), random)
  const text =
    request.schema === undefined
      ? Array.from({ length: random.int(2, 4) }, () => writer.paragraph()).join('\n\n')
      : JSON.stringify(instanceOf(request.schema, { random, writer }))
  return { content: [{ type: 'text', text }], stopReason: 'end_turn' }
}

export function contentRequestOf(body: MessagesBody, about: readonly unknown[]): ContentRequest {
  const schema = body.output_config?.format?.schema
  return {
    model: body.model,
    system: textOf(body.system),
    userText: body.messages
      .filter((message) => message.role === 'user')
      .map((message) => textOf(message.content))
      .join('\n'),
    ...(schema === undefined ? {} : { schema: schema as JsonSchema }),
    about,
    body,
  }
}

function textOf(content: MessagesBody['system'] | MessagesBody['messages'][number]['content']): string {
  if (content === undefined) return ''
  if (typeof content === 'string') return content
  return content.map((block) => (block.type === 'text' ? String(block.text) : '')).join('\n')
}
