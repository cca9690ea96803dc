import type { Message } from '@anthropic-ai/sdk/resources/messages'
import type { MessagesBody } from './body-schemas.ts'
import {
  answerProblem,
  type ContentAnswer,
  ContentError,
  contentRequestOf,
  UnsupportedSchemaError,
} from './content/index.ts'
import { type ApiError, invalidRequest } from './errors.ts'
import { type Fault, spoilAnswer } from './faults/index.ts'
import { buildMessage, type Generated, generated, type MessageFrame } from './message.ts'
import type { ResolvedOptions } from './options.ts'
import { hashOfText } from './random.ts'

/**
 * What says how to answer. Two requests that differ in it are two contents, but the same is drawn for them:
 * another wording of an instruction is no other luck. What it asks for shows in the content that it shapes
 * and in the input tokens.
 */
export function instructionsOf(body: MessagesBody): unknown {
  const { system, output_config, tools, tool_choice } = body
  const instructions = [plain(system), output_config?.format, tools, tool_choice]
  return instructions.every((one) => one == null) ? undefined : instructions
}

/**
 * What the content of an answer is about. Not max_tokens or stop sequences, which cut it; not whether it
 * is streamed.
 */
export function contentOf({ model, messages }: MessagesBody): unknown {
  return [model, messages.map((message) => digested({ ...message, content: plain(message.content) }))]
}

/** A lone block of text says what the text says. */
function plain(content: unknown): unknown {
  if (!Array.isArray(content) || content.length !== 1) return content
  const { type, text, ...others } = content[0]
  return type === 'text' && Object.keys(others).length === 0 ? text : content
}

/** Characters from which on a text is hashed by itself. */
const LONG_TEXT = 1_000

/** To write a long text as JSON takes longer than to hash it. */
function digested(message: { readonly role: string; readonly content: unknown }): unknown {
  const { role, content } = message
  return typeof content === 'string' && content.length >= LONG_TEXT ? [role, hashOfText(content)] : message
}

export interface Answer {
  readonly message: Message
  readonly from: Generated
}

/** Writes the message that answers a request. */
export function writeAnswer(
  options: Pick<ResolvedOptions, 'content' | 'seed'>,
  body: MessagesBody,
  drawHash: string,
  frame: Omit<MessageFrame, 'model'>,
  fault?: Fault,
): Answer | { readonly error: ApiError } {
  const written = writeFrom(options, body, drawHash, fault)
  if ('error' in written) return written
  return { message: buildMessage({ ...frame, model: body.model }, written.from), from: written.from }
}

/**
 * Writes what a message is made from. It depends on the seed, the body and `drawHash` alone. A content
 * handler that throws has an error answer, so that no request is without one.
 */
export function writeFrom(
  { content, seed }: Pick<ResolvedOptions, 'content' | 'seed'>,
  body: MessagesBody,
  drawHash: string,
  fault?: Fault,
): { readonly from: Generated } | { readonly error: ApiError } {
  const about = [seed, drawHash]
  let answer: ContentAnswer
  let whole: Generated
  try {
    const returned = content(contentRequestOf(body, about))
    const problem = answerProblem(returned)
    if (problem !== undefined) {
      return { error: { type: 'api_error', message: `The content handler ${problem}.` } }
    }
    answer = spoilAnswer(returned, fault)
    whole = generated(body, answer, about)
  } catch (thrown) {
    return { error: errorOf(thrown) }
  }
  const from =
    fault?.kind === 'max-tokens'
      ? generated({ ...body, max_tokens: fault.tokens ?? Math.floor(whole.outputTokens / 2) }, answer, about)
      : whole
  return { from }
}

function errorOf(thrown: unknown): ApiError {
  if (thrown instanceof UnsupportedSchemaError) return invalidRequest(`${thrown.path}: ${thrown.message}`)
  if (thrown instanceof ContentError) return thrown.apiError
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return { type: 'api_error', message: `The content handler threw: ${message}` }
}
