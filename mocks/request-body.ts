import { z } from 'zod'
import { type ApiError, invalidRequest } from './errors.ts'

const BLOCK_TYPES = [
  'text',
  'image',
  'document',
  'search_result',
  'thinking',
  'redacted_thinking',
  'tool_use',
  'tool_result',
  'server_tool_use',
  'web_search_tool_result',
  'web_fetch_tool_result',
  'code_execution_tool_result',
  'bash_code_execution_tool_result',
  'text_editor_code_execution_tool_result',
  'tool_search_tool_result',
  'container_upload',
] as const

const textBlock = z.looseObject({ type: z.literal('text'), text: z.string() })
const otherBlock = z.looseObject({ type: z.enum(BLOCK_TYPES).exclude(['text']) })
const content = z.union([z.string(), z.array(z.discriminatedUnion('type', [textBlock, otherBlock]))])

/** The order of the fields is that in which the first problem is reported. */
const messagesBody = z.strictObject({
  model: z.string(),
  messages: z.array(z.strictObject({ role: z.enum(['user', 'assistant', 'system']), content })),
  max_tokens: z.int().min(1),
  system: z.union([z.string(), z.array(textBlock)]).optional(),
  stop_sequences: z.array(z.string()).optional(),
  stream: z.boolean().optional(),
  output_config: z
    .strictObject({
      effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).nullish(),
      format: z
        .strictObject({ type: z.literal('json_schema'), schema: z.record(z.string(), z.unknown()) })
        .nullish(),
    })
    .optional(),
  tools: z.array(z.looseObject({})).optional(),
  tool_choice: z.looseObject({ type: z.enum(['auto', 'any', 'tool', 'none']) }).optional(),
  thinking: z.looseObject({ type: z.string() }).optional(),
  metadata: z.looseObject({}).optional(),
  temperature: z.number().min(0).max(1).optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_k: z.int().min(0).optional(),
  service_tier: z.enum(['auto', 'standard_only']).optional(),
  speed: z.enum(['standard', 'fast']).nullish(),
  cache_control: z.unknown().optional(),
  container: z.unknown().optional(),
  diagnostics: z.unknown().optional(),
  inference_geo: z.string().nullish(),
  user_profile_id: z.string().optional(),
  workspace_id: z.string().optional(),
})

/** Body of `POST /v1/messages`. */
export type MessagesBody = z.infer<typeof messagesBody>

/** The version from which sampling parameters are refused and content rules are stricter. */
const STRICT_VERSION = '2026-10-21'

/** The body, or the first thing that is wrong with it, in the API's words. */
export function parseMessagesBody(
  text: string,
  version: string,
): { readonly body: MessagesBody } | { readonly error: ApiError } {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { error: invalidRequest('The request body is not valid JSON.') }
  }
  const parsed = messagesBody.safeParse(json, { reportInput: true })
  if (!parsed.success) return { error: invalidRequest(describe(parsed.error.issues[0], [])) }
  const problem =
    conversationProblem(parsed.data) ?? (version >= STRICT_VERSION ? strictProblem(parsed.data) : undefined)
  return problem === undefined ? { body: parsed.data } : { error: invalidRequest(problem) }
}

function conversationProblem({ messages }: MessagesBody): string | undefined {
  if (messages.length === 0) return 'messages: at least one message is required'
  if (messages[0]?.role !== 'user') return 'messages: first message must use the "user" role'
  for (const [index, message] of messages.entries()) {
    const last = index === messages.length - 1
    if (message.content.length === 0 && !(last && message.role === 'assistant')) {
      return `messages.${index}: all messages must have non-empty content except for the optional final assistant message`
    }
    if (typeof message.content === 'string') continue
    if (message.content.some((block) => block.type === 'text' && block.text === '')) {
      return 'messages: text content blocks must be non-empty'
    }
  }
  return undefined
}

function strictProblem(body: MessagesBody): string | undefined {
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

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  int: 'integer',
  boolean: 'boolean',
  array: 'list',
  object: 'dictionary',
  record: 'dictionary',
}

/** For a string in their place zod only says that it expected a number. */
const INTEGERS = ['max_tokens', 'top_k']

/** A zod issue in the words of the API, which validates with Pydantic. */
function describe(issue: z.core.$ZodIssue | undefined, prefix: readonly PropertyKey[]): string {
  if (issue === undefined) return 'Invalid request'
  const path = [...prefix, ...issue.path]
  const at = (text: string) => (path.length === 0 ? text : `${path.map(String).join('.')}: ${text}`)
  const list = (values: readonly unknown[]) => values.map((value) => `'${value}'`).join(', ')
  switch (issue.code) {
    case 'unrecognized_keys':
      return `${[...path, issue.keys[0]].map(String).join('.')}: Extra inputs are not permitted`
    case 'invalid_union': {
      if (issue.input === undefined) return at('Field required')
      if (issue.errors.length === 0) {
        return at(`Input tag does not match any of the expected tags: ${list(BLOCK_TYPES)}`)
      }
      // The branch that got furthest is the one that was meant.
      const branches = issue.errors.map((errors) => errors[0])
      branches.sort((a, b) => (b?.path.length ?? 0) - (a?.path.length ?? 0))
      return describe(branches[0], path)
    }
    case 'invalid_type': {
      const expected = INTEGERS.includes(String(path.at(-1))) ? 'int' : issue.expected
      return at(
        issue.input === undefined
          ? 'Field required'
          : `Input should be a valid ${TYPE_NAMES[expected] ?? expected}`,
      )
    }
    case 'invalid_value':
      return at(
        issue.input === undefined
          ? 'Field required'
          : `Input should be ${list(issue.values).replace(/, (?=[^,]*$)/, ' or ')}`,
      )
    case 'too_small':
      return at(`Input should be greater than or equal to ${issue.minimum}`)
    case 'too_big':
      return at(`Input should be less than or equal to ${issue.maximum}`)
    default:
      return at(issue.message)
  }
}
