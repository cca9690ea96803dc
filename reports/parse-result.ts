import type { z } from 'zod'
import { LOAD_SCHEMA_VERSION, type LoadResult, loadResultSchema } from './load/load-schema.ts'
import { migrateResult } from './migrate-result.ts'
import { type BenchResult, RESULT_SCHEMA_VERSION, resultSchema } from './result-schema.ts'

/**
 * Checks what was read from a result file. One of schema version 2 is brought up to this one.
 * @throws Error of one sentence when it is of another schema version, or not what the version promises.
 */
export function parseResult(json: unknown): BenchResult {
  if (typeof json !== 'object' || json === null || !('schemaVersion' in json)) {
    throw new Error(
      `Expected a tierbench result file (an object with schemaVersion ${RESULT_SCHEMA_VERSION}), got ${describe(json)}.`,
    )
  }
  const current = migrateResult(json)
  if (!('schemaVersion' in current) || current.schemaVersion !== RESULT_SCHEMA_VERSION) {
    throw otherVersion(json, `2 and ${RESULT_SCHEMA_VERSION}`, 'bench')
  }
  return parseWhole(resultSchema, current)
}

/**
 * Checks what was read from a load.json.
 * @throws Error with a sentence that says what is wrong with it
 */
export function parseLoadResult(json: object): LoadResult {
  if (!('schemaVersion' in json) || json.schemaVersion !== LOAD_SCHEMA_VERSION) {
    throw otherVersion(json, String(LOAD_SCHEMA_VERSION), 'load')
  }
  return parseWhole(loadResultSchema, json)
}

function otherVersion(json: object, known: string, what: string): Error {
  const version = 'schemaVersion' in json ? `schemaVersion ${JSON.stringify(json.schemaVersion)}` : 'none'
  const writer =
    'tierbench' in json && typeof json.tierbench === 'string' ? `, tierbench ${json.tierbench}` : ''
  return new Error(
    `This result file has ${version} and this tierbench reads schemaVersion ${known}: render it with the version that wrote it${writer}, or run the ${what} again.`,
  )
}

function parseWhole<T>(schema: z.ZodType<T>, json: unknown): T {
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`,
  )
  const shown = problems.slice(0, 3).join('; ')
  const more = problems.length > 3 ? `; and ${problems.length - 3} more` : ''
  throw new Error(`The result file is broken (${shown}${more}).`)
}

function describe(json: unknown): string {
  if (json === null) return 'null'
  if (Array.isArray(json)) return 'an array'
  return typeof json === 'object' ? 'an object without it' : `a ${typeof json}`
}
