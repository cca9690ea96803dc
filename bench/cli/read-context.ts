import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ZodType } from 'zod'
import { gateResultSchema, type ReportContext, verifyResultSchema } from '../../reports/index.ts'

/**
 * What verify and the gate have left in the folder of a result, for the report's summary. What is there and
 * cannot be read is a sentence on standard error, and left out.
 */
export async function readContext(folder: string): Promise<ReportContext> {
  return {
    verify: await readBeside(join(folder, 'verify.json'), verifyResultSchema),
    gate: await readBeside(join(folder, 'gate.json'), gateResultSchema),
  }
}

async function readBeside<T>(path: string, schema: ZodType<T>): Promise<T | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    process.stderr.write(
      `tierbench: expected ${path} to be what verify or the gate of this version writes: it is left out of the report\n`,
    )
    return undefined
  }
}
