import type { MessagesBody } from '../body-schemas.ts'
import { invalidRequest } from '../errors.ts'
import { type Random, randomAbout } from '../random.ts'
import {
  type CallableTool,
  type ContentAnswer,
  type ContentBlock,
  ContentError,
  type ContentRequest,
} from './content-types.ts'
import { type JsonSchema, type JsonValue, UnsupportedSchemaError } from './json-schema.ts'
import { instanceOf } from './schema-instance.ts'
import { callableTools, toolToCall } from './tools.ts'
import { vocabularyOf } from './vocabulary.ts'
import { createWriter, type Writer } from './writer.ts'

/** Characters of the prompt that plain text, of some thirty phrases, takes its words from. */
const PLAIN_EXCERPT = 500

/**
 * Answers in the words of the prompt: with a call of a tool where the request asks for one or lets it,
 * else with an instance of the schema, else with plain text.
 */
export function generateContent(request: ContentRequest): ContentAnswer {
  return refusingDepth(() => generate(request))
}

/** What runs out of stack here does so by the request; a handler of one's own by itself. */
function refusingDepth<Result>(walk: () => Result): Result {
  try {
    return walk()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new ContentError(invalidRequest('The request body is nested too deeply.'))
  }
}

function generate(request: ContentRequest): ContentAnswer {
  const random = randomAbout('content', ...request.about)
  const isPlain = request.schema === undefined && request.tools.length === 0
  const writer = createWriter(vocabularyOf(request.userText, isPlain ? PLAIN_EXCERPT : Infinity), random)
  const call = toolToCall(request, random)
  if (call !== undefined) return callOf(call.tool, call.forced, { random, writer })
  const text =
    request.schema === undefined
      ? Array.from({ length: random.int(2, 4) }, () => writer.paragraph()).join('\n\n')
      : JSON.stringify(instanceOf(request.schema, { random, writer }))
  return { content: [{ type: 'text', text }], stopReason: 'end_turn' }
}

function callOf(
  tool: CallableTool,
  forced: boolean,
  source: { readonly random: Random; readonly writer: Writer },
): ContentAnswer {
  const use: ContentBlock = { type: 'tool_use', name: tool.name, input: inputOf(tool, source) }
  // A model that is forced to call a tool says nothing before it.
  const content: readonly ContentBlock[] = forced
    ? [use]
    : [{ type: 'text', text: source.writer.sentence() }, use]
  return { content, stopReason: 'tool_use' }
}

function inputOf(
  tool: CallableTool,
  source: { readonly random: Random; readonly writer: Writer },
): { readonly [name: string]: JsonValue } {
  try {
    const input = instanceOf(tool.inputSchema, source, { lenient: !tool.strict })
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) {
      return input as { readonly [name: string]: JsonValue }
    }
    if (!tool.strict) return {}
    throw new UnsupportedSchemaError('the input of a tool is to be an object')
  } catch (error) {
    throw error instanceof UnsupportedSchemaError
      ? new UnsupportedSchemaError(error.message, tool.path)
      : error
  }
}

export function contentRequestOf(body: MessagesBody, about: readonly unknown[]): ContentRequest {
  return refusingDepth(() => requestOf(body, about))
}

function requestOf(body: MessagesBody, about: readonly unknown[]): ContentRequest {
  const schema = body.output_config?.format?.schema
  return {
    model: body.model,
    system: textOf(body.system),
    userText: body.messages
      .filter((message) => message.role === 'user')
      .map((message) => textOf(message.content))
      .join('\n'),
    ...(schema === undefined ? {} : { schema: schema as JsonSchema }),
    tools: callableTools(body.tools ?? []),
    about,
    body,
  }
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map(blockText).join('\n')
}

function blockText(block: Readonly<Record<string, unknown>> | null): string {
  switch (block?.type) {
    case 'text':
      return String(block.text)
    case 'tool_result':
      return textOf(block.content)
    default:
      return ''
  }
}
