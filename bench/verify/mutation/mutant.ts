import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import type { Tier } from '../../../engine/index.ts'
import { UsageError } from '../../run/index.ts'
import { type HazardId, hazardIdSchema } from '../plan.ts'

/** A small sabotage of the engine's safe variants, kept as a patch. */
export interface Mutant {
  /** The patch's file name without its ending. */
  readonly name: string
  readonly file: string
  /** What is broken. */
  readonly breaks: string
  /** The hazard whose invariants must see it. */
  readonly hazard: HazardId
  /** The flags under which it is looked for: those of this tier. */
  readonly tier: Tier
  /** How the hazard comes of it. */
  readonly why: string
}

const headerSchema = z.strictObject({
  Breaks: z.string().min(1),
  Hazard: hazardIdSchema,
  Tier: z.enum(['1', '2', '3']).transform((tier) => Number(tier) as Tier),
  Why: z.string().min(1),
})

/**
 * Reads the patches of a folder, by hazard and name.
 * @throws UsageError where a patch has no header, or the folder no patch
 */
export async function readMutants(folder: string): Promise<Mutant[]> {
  let files: string[]
  try {
    files = (await readdir(folder)).filter((file) => file.endsWith('.patch'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(`expected a folder of patches, got ${folder}: ${reason}`)
  }
  if (files.length === 0) throw new UsageError(`expected a folder of patches, got ${folder}, which has none`)
  const mutants = await Promise.all(files.sort().map((file) => readMutant(join(folder, file))))
  const number = ({ hazard }: Mutant) => Number(hazard.slice(1))
  return mutants.sort((one, other) => number(one) - number(other))
}

async function readMutant(file: string): Promise<Mutant> {
  const [head = ''] = (await readFile(file, 'utf8')).split(/^diff --git /m)
  const lines = head.split('\n').filter((line) => line !== '')
  const fields = lines.map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)])
  const parsed = headerSchema.safeParse(Object.fromEntries(fields))
  if (!parsed.success) {
    const problems = z.prettifyError(parsed.error).replaceAll('\n', ' ')
    throw new UsageError(
      `${file}: expected the lines Breaks, Hazard, Tier and Why above the diff: ${problems}`,
    )
  }
  const { Breaks: breaks, Hazard: hazard, Tier: tier, Why: why } = parsed.data
  return { name: basename(file, '.patch'), file, breaks, hazard, tier, why }
}
