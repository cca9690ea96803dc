import { ApiError } from './api-error.ts'

/**
 * The id in a path.
 * @throws ApiError 404 for what no run can have as its id, and the database may not take
 */
export function readRunId({ id }: { readonly id: string }): string {
  if (/^[\w-]{1,100}$/.test(id)) return id
  throw new ApiError(404, 'RUN_NOT_FOUND', 'There is no run of that id.')
}
