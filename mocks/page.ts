import { type ApiError, invalidRequest } from './errors.ts'

/** A part of a list, as the API's list endpoints answer it. */
export interface Page<Item> {
  readonly data: readonly Item[]
  readonly has_more: boolean
  readonly first_id: string | null
  readonly last_id: string | null
}

const MAX_LIMIT = 1_000
const DEFAULT_LIMIT = 20

/** The page that the query parameters `limit`, `after_id` and `before_id` ask for. */
export function pageOf<Item extends { readonly id: string }>(
  items: readonly Item[],
  query: URLSearchParams,
): { readonly page: Page<Item> } | { readonly error: ApiError } {
  const limit = Number(query.get('limit') ?? DEFAULT_LIMIT)
  const problem = limitProblem(limit)
  if (problem !== undefined) return { error: invalidRequest(problem) }
  const [after, before] = [query.get('after_id'), query.get('before_id')]
  if (after !== null && before !== null) {
    return { error: invalidRequest('after_id and before_id cannot both be given') }
  }
  const cursor = after ?? before
  const at = items.findIndex(({ id }) => id === cursor)
  if (cursor !== null && at < 0) {
    return { error: invalidRequest(`${after === null ? 'before_id' : 'after_id'}: ${cursor} not found`) }
  }
  const start = before === null ? at + 1 : Math.max(0, at - limit)
  const end = before === null ? start + limit : at
  const data = items.slice(start, end)
  return {
    page: {
      data,
      has_more: before === null ? end < items.length : start > 0,
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
    },
  }
}

function limitProblem(limit: number): string | undefined {
  if (!Number.isInteger(limit)) return 'limit: Input should be a valid integer'
  if (limit < 1) return 'limit: Input should be greater than or equal to 1'
  return limit > MAX_LIMIT ? `limit: Input should be less than or equal to ${MAX_LIMIT}` : undefined
}
