import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { glob } from 'tinyglobby'
import { type Companions, parseGateResult, parseVerifyResult } from '../../reports/index.ts'

/**
 * What verify and the gate have left in the folder of a result, for the report's summary; of verify also in the
 * folders in it, since each tier has a verify.json of its own. Of one tier the newest counts. What is there and
 * cannot be read is a sentence on standard error, and left out.
 */
export async function readCompanions(folder: string): Promise<Companions> {
  const files = (await glob(['verify.json', '*/verify.json'], { cwd: folder })).sort()
  const found = await Promise.all(files.map((file) => readBeside(join(folder, file), parseVerifyResult)))
  const verify = found
    .filter((one) => one !== undefined)
    .sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt))
    .filter(({ tier }, index, all) => all.findIndex((one) => one.tier === tier) === index)
    .sort((a, b) => a.tier - b.tier)
  const gate = await readBeside(join(folder, 'gate.json'), parseGateResult)
  return { verify, ...(gate && { gate }) }
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
