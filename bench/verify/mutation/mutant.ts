import { z } from 'zod'
import type { Tier } from '../../../engine/index.ts'
import { readPatches } from '../../patched-sources/index.ts'
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
  const patches = await readPatches(folder, headerSchema)
  const mutants = patches.map(({ name, file, header }): Mutant => {
    const { Breaks: breaks, Hazard: hazard, Tier: tier, Why: why } = header
    return { name, file, breaks, hazard, tier, why }
  })
  const number = ({ hazard }: Mutant) => Number(hazard.slice(1))
  return mutants.sort((one, other) => number(one) - number(other))
}
