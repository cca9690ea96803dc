import type { MessagesBody } from './body-schemas.ts'

type Message = MessagesBody['messages'][number]

const FIELDS = ['model', 'messages', 'max_tokens', 'system', 'stream']
const ROLES: readonly unknown[] = ['user', 'assistant', 'system']

/**
 * What the schema of the body would give for a request of text and nothing else, without asking it: most
 * requests are such, and to look at these few fields takes a tenth of the time.
 * @returns undefined where the schema is to be asked, whether or not it takes the body.
 */
export function plainBody(json: unknown): MessagesBody | undefined {
  if (!isObject(json) || !hasOnly(json, FIELDS)) return undefined
  const { model, messages, max_tokens, system, stream } = json
  if (typeof model !== 'string' || !Array.isArray(messages)) return undefined
  if (!Number.isSafeInteger(max_tokens) || (max_tokens as number) < 1) return undefined
  const said: Message[] = []
  for (const message of messages) {
    if (!isPlain(message)) return undefined
    said.push({ role: message.role, content: message.content })
  }
  const body: MessagesBody = { model, messages: said, max_tokens: max_tokens as number }
  if ('system' in json) {
    if (typeof system !== 'string') return undefined
    body.system = system
  }
  if ('stream' in json) {
    if (typeof stream !== 'boolean') return undefined
    body.stream = stream
  }
  return body
}

function isPlain(message: unknown): message is Message {
  if (!isObject(message) || typeof message.content !== 'string' || !ROLES.includes(message.role)) return false
  for (const name in message) if (name !== 'role' && name !== 'content') return false
  return true
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A value from JSON: all its keys are its own. */
function hasOnly(value: object, names: readonly string[]): boolean {
  for (const name in value) if (!names.includes(name)) return false
  return true
}
