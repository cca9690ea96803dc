/** Results of other commands that a report can be given beside that of the bench. */
import type { z } from 'zod'
import { type GateResult, gateResultSchema } from './gate/gate-schema.ts'
import { VERIFY_SCHEMA_VERSION, type VerifyResult, verifyResultSchema } from './verify/verify-schema.ts'

/**
 * Checks what was read from a verify.json.
 * @throws Error of one sentence when it is none, or of another schema version
 */
export function parseVerifyResult(json: unknown): VerifyResult {
  return parse(verifyResultSchema, json, `verify.json of schema version ${VERIFY_SCHEMA_VERSION}`, 'verify')
}

/**
 * Checks what was read from a gate.json.
 * @throws Error of one sentence when it is none
 */
export function parseGateResult(json: unknown): GateResult {
  return parse(gateResultSchema, json, 'gate.json', 'gate')
}

function parse<T>(schema: z.ZodType<T>, json: unknown, expected: string, command: string): T {
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const [problem] = parsed.error.issues
  const where = problem?.path.join('.') || 'the file'
  throw new Error(
    `Expected a ${expected}, got something else (${where}: ${problem?.message}): take what npm run ${command} writes.`,
  )
}
