import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Companions, parseGateResult, parseVerifyResult } from '../../reports/index.ts'

/**
 * What verify and the gate have left in the folder of a result, for the report's summary. What is there and
 * cannot be read is a sentence on standard error, and left out.
 */
export async function readCompanions(folder: string): Promise<Companions> {
  const verify = await readBeside(join(folder, 'verify.json'), parseVerifyResult)
  const gate = await readBeside(join(folder, 'gate.json'), parseGateResult)
  return { ...(verify && { verify: [verify] }), ...(gate && { gate }) }
}

async function readBeside<T>(path: string, parse: (json: unknown) => T): Promise<T | undefined> {
  try {
    return parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    const reason = error instanceof Error ? error.message : String(error)
    process.stderr.write(`tierbench: ${path} is left out of the report: ${reason}\n`)
    return undefined
  }
}
