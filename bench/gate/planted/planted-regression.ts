import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { readPatches } from '../../patched-sources/index.ts'

const PATCHES = fileURLToPath(new URL('./patches/', import.meta.url))

/** A regression that is planted on purpose, kept as a patch, and what the gate must say of it. */
export interface PlantedRegression {
  /** The patch's file name without its ending. */
  readonly name: string
  readonly file: string
  /** What becomes worse, one sentence. */
  readonly plants: string
  /** Which part of the gate must see it. */
  readonly gate: 'exact' | 'statistical'
  /** Scenario or probe that is measured. */
  readonly scenario: string
  readonly mode: string
  /** The metric that must be REGRESSED. */
  readonly metric: string
  /** What its explanation must contain. */
  readonly where: string
}

const headerSchema = z.strictObject({
  Plants: z.string().min(1),
  Gate: z.enum(['exact', 'statistical']),
  Scenario: z.string().min(1),
  Mode: z.string().min(1),
  Metric: z.string().min(1),
  Where: z.string().min(1),
})

/**
 * Reads the patches, by name.
 * @throws UsageError where a patch has no header
 */
export async function readPlanted(folder: string = PATCHES): Promise<PlantedRegression[]> {
  const patches = await readPatches(folder, headerSchema)
  return patches.map(({ name, file, header }) => ({
    name,
    file,
    plants: header.Plants,
    gate: header.Gate,
    scenario: header.Scenario,
    mode: header.Mode,
    metric: header.Metric,
    where: header.Where,
  }))
}
