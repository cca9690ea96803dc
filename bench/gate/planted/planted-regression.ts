import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { UsageError } from '../../run/index.ts'

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
  const files = (await readdir(folder)).filter((file) => file.endsWith('.patch')).sort()
  if (files.length === 0) throw new UsageError(`expected a folder of patches, got ${folder}, which has none`)
  return Promise.all(files.map((file) => readOne(join(folder, file))))
}

async function readOne(file: string): Promise<PlantedRegression> {
  const [head = ''] = (await readFile(file, 'utf8')).split(/^diff --git /m)
  const lines = head.split('\n').filter((line) => line !== '')
  const fields = lines.map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)])
  const parsed = headerSchema.safeParse(Object.fromEntries(fields))
  if (!parsed.success) {
    const problems = z.prettifyError(parsed.error).replaceAll('\n', ' ')
    throw new UsageError(
      `${file}: expected the lines Plants, Gate, Scenario, Mode, Metric and Where above the diff: ${problems}`,
    )
  }
  const { Plants, Gate, Scenario, Mode, Metric, Where } = parsed.data
  return {
    name: basename(file, '.patch'),
    file,
    plants: Plants,
    gate: Gate,
    scenario: Scenario,
    mode: Mode,
    metric: Metric,
    where: Where,
  }
}
