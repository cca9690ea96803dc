import type { z } from 'zod'
import {
  type CountTokensBody,
  countTokensBody,
  type MessagesBody,
  messagesBody,
  type ParseContext,
} from './body-schemas.ts'
import { type ApiError, invalidRequest } from './errors.ts'
import { describeIssue } from './issue-words.ts'
import { nestingProblem } from './nesting.ts'
import { plainBody } from './plain-body.ts'
import { requestProblem } from './request-problems.ts'

type ParsedAs<Body> = { readonly body: Body } | { readonly error: ApiError }

/** The body, or the first thing that is wrong with it, in the API's words. */
export function parseMessagesBody(text: string, context: ParseContext): ParsedAs<MessagesBody> {
  const json = parseJson(text)
  return 'error' in json ? json : checkMessagesBody(json.body, context)
}

/** As for a body that is parsed already. */
export function checkMessagesBody(json: unknown, context: ParseContext): ParsedAs<MessagesBody> {
  const plain = plainBody(json)
  return plain === undefined ? checkedAs(messagesBody, json, context) : judged(plain, context)
}

export function parseCountTokensBody(text: string, context: ParseContext): ParsedAs<CountTokensBody> {
  const json = parseJson(text)
  return 'error' in json ? json : checkedAs(countTokensBody, json.body, context)
}

export function parseJson(text: string): ParsedAs<unknown> {
  const problem = nestingProblem(text)
  if (problem !== undefined) return { error: invalidRequest(problem) }
  try {
    return { body: JSON.parse(text) }
  } catch {
    return { error: invalidRequest('The request body is not valid JSON.') }
  }
}

function checkedAs<Body extends CountTokensBody>(
  schema: z.ZodType<Body>,
  json: unknown,
  context: ParseContext,
): ParsedAs<Body> {
  const parsed = schema.safeParse(json, { reportInput: true })
  if (!parsed.success) return { error: invalidRequest(describeIssue(parsed.error.issues[0], json)) }
  return judged(parsed.data, context)
}

function judged<Body extends CountTokensBody>(body: Body, context: ParseContext): ParsedAs<Body> {
  const error = requestProblem(body, context)
  return error === undefined ? { body } : { error }
}
