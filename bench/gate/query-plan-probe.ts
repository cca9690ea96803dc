import { createHash } from 'node:crypto'
import { smoke } from '../../scenarios/index.ts'
import { generateDocuments, MODE_NAMES, modeOfTier, runOnce } from '../run/index.ts'
import type { Baseline } from './baseline.ts'
import type { PartServer } from './part.ts'
import { OTHER_RUNS, type PlannedStatement, planStatements, type SentStatement } from './plan-statements.ts'

/**
 * How PostgreSQL plans each statement that a mode sends, on tables that hold many runs: what a missing index
 * costs does not show in round trips. Nothing is executed. The statistics that plans are made from are read
 * from all rows, and so are the same each time.
 */
export async function probeQueryPlans(
  server: PartServer,
  seed: number,
  signal: AbortSignal,
): Promise<Baseline['probes'][string]> {
  const { uploads } = generateDocuments(smoke, seed)
  const modes: Record<string, Baseline['probes'][string]['modes'][string]> = {}
  for (const tier of [0, 1, 2, 3] as const) {
    const statements = new Map<string, SentStatement>()
    let plans: PlannedStatement[] = []
    await runOnce({
      server,
      scenario: smoke,
      flags: modeOfTier(tier).flagsFor(smoke),
      allowUnsafe: false,
      seed,
      uploads,
      clock: 'virtual',
      signal,
      onRoundTrip({ query }, phase) {
        if (!statements.has(query.sql)) statements.set(query.sql, { phase, query })
      },
      async inspect({ databaseUrl }) {
        plans = await planStatements(databaseUrl, [...statements.values()])
      },
    })
    modes[MODE_NAMES[tier]] = planFigures(plans)
  }
  const major = server.version.split('.')[0]
  const hash = createHash('sha256').update(JSON.stringify({ smoke, uploads, OTHER_RUNS, major }))
  return { hash: hash.digest('hex'), modes }
}

function planFigures(planned: readonly PlannedStatement[]): Baseline['probes'][string]['modes'][string] {
  const plans: Record<string, number> = {}
  const scans: Record<string, number> = {}
  let planCost = 0
  let sequentialScans = 0
  for (const { place, cost, scanned } of planned) {
    planCost += cost
    plans[place] = (plans[place] ?? 0) + cost
    for (const table of scanned) {
      const key = `${place}: table ${table}`
      sequentialScans++
      scans[key] = (scans[key] ?? 0) + 1
    }
  }
  const rounded = (cost: number) => Math.round(cost * 100) / 100
  for (const place of Object.keys(plans)) plans[place] = rounded(plans[place] ?? 0)
  return { metrics: { sequentialScans, planCost: rounded(planCost) }, parts: { scans, plans } }
}
