import { join } from 'node:path'
import { startDatabaseServer } from '../environment/index.ts'
import {
  baseSide,
  type CostComparison,
  headSide,
  measureCosts,
  ROOT,
  type Thresholds,
} from '../gate/index.ts'

/** Gates whose right answer is known, as `npm run gate:quality` adds them. */
export const QUALITY_FILE = join(ROOT, 'baselines', 'gate-quality.jsonl')
/** Of the order of turns and of the resampling. */
const SEED = 1

/** The statistical metrics of this checkout against those of a commit that is checked out in `tree`. */
export async function compareCostsWith(
  commit: string,
  tree: string,
  thresholds: Thresholds,
  signal: AbortSignal,
): Promise<CostComparison> {
  const server = await startDatabaseServer({ databaseUrl: process.env.DATABASE_URL || undefined, signal })
  try {
    const base = await baseSide(`commit ${commit.slice(0, 12)}`, tree, server)
    const log = (line: string) => process.stderr.write(`statistical metrics: ${line}\n`)
    return await measureCosts({ base, head: headSide(server), thresholds, seed: SEED, signal, log })
  } finally {
    await server.close()
  }
}
