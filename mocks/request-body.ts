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
import { isTooDeep } from './nesting.ts'
import { requestProblem } from './request-problems.ts'

type ParsedAs<Body> = { readonly body: Body } | { readonly error: ApiError }

/** The body, or the first thing that is wrong with it, in the API's words. */
export function parseMessagesBody(text: string, context: ParseContext): ParsedAs<MessagesBody> {
  const json = parseJson(text)
  return 'error' in json ? json : checkMessagesBody(json.body, context)
}

/** As for a body that is parsed already. */
export function checkMessagesBody(json: unknown, context: ParseContext): ParsedAs<MessagesBody> {
  return checkedAs(messagesBody, json, context)
}

export function parseCountTokensBody(text: string, context: ParseContext): ParsedAs<CountTokensBody> {
  const json = parseJson(text)
  return 'error' in json ? json : checkedAs(countTokensBody, json.body, context)
}

export function parseJson(text: string): ParsedAs<unknown> {
  if (isTooDeep(text)) return { error: invalidRequest('The request body is nested too deeply.') }
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
  const error = requestProblem(parsed.data, context)
  return error === undefined ? { body: parsed.data } : { error }
}
