import type { z } from 'zod'
import { ApiError, type ApiErrorCode } from './api-error.ts'

/**
 * The body, checked. An empty one counts as `{}`, so that a POST that says nothing needs no body.
 * @param maxBytes More than so many are not read.
 * @throws ApiError 413 where it is longer, 415 where it is not declared as JSON, 400 where it is not JSON
 * or not as the schema says
 */
export async function readBody<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
  maxBytes: number,
): Promise<z.output<Schema>> {
  const bytes = await readBytes(request, maxBytes)
  if (bytes.byteLength === 0) return check(schema, {}, 'INVALID_BODY', 'the body')
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') {
    throw new ApiError(
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      `expected content-type application/json, got ${type ?? 'none'}`,
      { headers: { accept: 'application/json' } },
    )
  }
  return check(schema, parseJson(bytes), 'INVALID_BODY', 'the body')
}

async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = new ApiError(
    413,
    'BODY_TOO_LARGE',
    `expected a body of at most ${maxBytes} bytes, got more`,
  )
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge
  const chunks: Uint8Array[] = []
  let length = 0
  // A body that is sent in chunks says its length only when it has been read.
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength
    if (length > maxBytes) throw tooLarge
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw new ApiError(400, 'INVALID_BODY', `expected JSON in UTF-8, got: ${(error as Error).message}`)
  }
}

/**
 * The query, checked.
 * @throws ApiError 400 where it is not as the schema says, or names something twice
 */
export function readQuery<Schema extends z.ZodType>(request: Request, schema: Schema): z.output<Schema> {
  const { searchParams } = new URL(request.url)
  // Named twice, a parameter is a list, which no schema takes.
  const query = Object.fromEntries(
    [...new Set(searchParams.keys())].map((name) => {
      const values = searchParams.getAll(name)
      return [name, values.length === 1 ? values[0] : values]
    }),
  )
  return check(schema, query, 'INVALID_QUERY', 'the query')
}

/** @throws ApiError 400 that names every problem */
export function check<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  code: ApiErrorCode,
  what: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  const [first] = problems
  const where = first?.path ? ` at ${first.path}` : ''
  const others = problems.length > 1 ? `, and ${problems.length - 1} more` : ''
  throw new ApiError(400, code, `${what} is not as expected${where}: ${first?.message}${others}`, {
    details: { problems },
  })
}
