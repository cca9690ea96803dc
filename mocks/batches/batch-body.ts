import { z } from 'zod'
import type { MessagesBody, ParseContext } from '../body-schemas.ts'
import { type ApiError, invalidRequest } from '../errors.ts'
import { describeIssue } from '../issue-words.ts'
import { checkMessagesBody, parseJson } from '../request-body.ts'
import type { BatchRequest } from './message-batch.ts'

/** The API's limits on a batch. */
export const MAX_BATCH_BYTES = 256 * 1024 * 1024
const MAX_BATCH_REQUESTS = 100_000

const CUSTOM_ID = /^[a-zA-Z0-9_-]{1,64}$/

const batchBody = z.strictObject({
  requests: z
    .array(z.strictObject({ custom_id: z.string(), params: z.record(z.string(), z.unknown()) }))
    .min(1),
  user_profile_id: z.string().optional(),
  workspace_id: z.string().optional(),
})

/** The requests of a batch, or what is wrong with the batch itself. */
export function parseBatchBody(
  text: string,
  context: ParseContext,
): { readonly body: readonly BatchRequest[] } | { readonly error: ApiError } {
  const json = parseJson(text)
  if ('error' in json) return json
  const parsed = batchBody.safeParse(json.body, { reportInput: true })
  if (!parsed.success) return { error: invalidRequest(describeIssue(parsed.error.issues[0], json.body)) }
  const { requests } = parsed.data
  const problem = requestsProblem(requests.map(({ custom_id }) => custom_id))
  if (problem !== undefined) return { error: invalidRequest(problem) }
  return {
    body: requests.map(({ custom_id, params }) => ({
      customId: custom_id,
      params: unstreamed(checkMessagesBody(params, context)),
    })),
  }
}

function requestsProblem(ids: readonly string[]): string | undefined {
  if (ids.length > MAX_BATCH_REQUESTS) {
    return `requests: List should have at most ${MAX_BATCH_REQUESTS} items after validation, not ${ids.length}`
  }
  const wrong = ids.findIndex((id) => !CUSTOM_ID.test(id))
  if (wrong >= 0) return `requests.${wrong}.custom_id: String should match pattern '${CUSTOM_ID.source}'`
  return new Set(ids).size < ids.length ? 'requests: each custom_id must be unique within a batch' : undefined
}

function unstreamed(params: { readonly body: MessagesBody } | { readonly error: ApiError }) {
  return 'body' in params && params.body.stream === true
    ? { error: invalidRequest('stream: streaming is not supported in a batch') }
    : params
}
