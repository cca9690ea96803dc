import { createHash } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlQuery, SqlQueryable } from '@prisma/driver-adapter-utils'
import { smoke } from '../../scenarios/index.ts'
import type { DatabaseServer } from '../environment/index.ts'
import { statementShape } from '../instrument/index.ts'
import { generateDocuments, MODE_NAMES, modeOfTier, runOnce } from '../run/index.ts'
import type { Baseline } from './baseline.ts'

/** Runs that lie in the tables beside the one whose statements are planned. */
const OTHER_RUNS = 300
/** In the order in which their rows can be put back: what others refer to comes first. */
const TABLES = ['Run', 'Upload', 'RunEpic', 'Card', 'Story', 'RunStory', 'Subtask', 'RunLog'] as const
/** Columns that hold the id of a row or refer to one. */
const ID_COLUMNS = ['id', 'runId', 'uploadId', 'epicId', 'storyId']

const sql = (text: string): SqlQuery => ({ sql: text, args: [], argTypes: [] })

/**
 * How PostgreSQL plans each statement that a mode sends, on tables that hold many runs: what a missing index
 * costs does not show in round trips. Nothing is executed. The statistics that plans are made from are read
 * from all rows, and so are the same each time.
 */
export async function probeQueryPlans(
  server: DatabaseServer,
  seed: number,
  signal: AbortSignal,
): Promise<Baseline['probes'][string]> {
  const { uploads } = generateDocuments(smoke, seed)
  const modes: Record<string, Baseline['probes'][string]['modes'][string]> = {}
  for (const tier of [0, 1, 2, 3] as const) {
    const statements = new Map<string, { readonly phase: string; readonly query: SqlQuery }>()
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
      onRoundTrip({ shape, query }, phase) {
        const plannable = /^(SELECT|UPDATE|DELETE) /.test(shape)
        if (plannable && !statements.has(query.sql)) statements.set(query.sql, { phase, query })
      },
      async inspect({ databaseUrl }) {
        plans = await planAll(databaseUrl, [...statements.values()])
      },
    })
    modes[MODE_NAMES[tier]] = planFigures(plans)
  }
  const major = server.version.split('.')[0]
  const hash = createHash('sha256').update(JSON.stringify({ smoke, uploads, OTHER_RUNS, major }))
  return { hash: hash.digest('hex'), modes }
}

interface PlannedStatement {
  readonly place: string
  readonly cost: number
  /** Tables that are read from end to end. */
  readonly scanned: readonly string[]
}

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Total Cost': number
  readonly Plans?: readonly PlanNode[]
}

async function planAll(
  url: string,
  statements: readonly { readonly phase: string; readonly query: SqlQuery }[],
): Promise<PlannedStatement[]> {
  const adapter = await new PrismaPg({ connectionString: url, max: 1 }).connect()
  try {
    const transaction = await adapter.startTransaction()
    await fillTables(transaction)
    const planned: PlannedStatement[] = []
    for (const { phase, query } of statements) {
      const { rows } = await transaction.queryRaw({
        ...query,
        sql: `EXPLAIN (FORMAT JSON) ${query.sql}`,
      })
      const answer = rows[0]?.[0]
      const [{ Plan: plan }] = (typeof answer === 'string' ? JSON.parse(answer) : answer) as [
        { Plan: PlanNode },
      ]
      planned.push({
        place: `${phase} ${statementShape(query.sql)}`,
        cost: plan['Total Cost'],
        scanned: scannedTables(plan),
      })
    }
    await transaction.executeRaw(sql('ROLLBACK'))
    await transaction.rollback()
    return planned
  } finally {
    await adapter.dispose()
  }
}

/**
 * Writes the run's rows anew, in order, and beside them as many copies as there are other runs: where rows lie,
 * and how many pages they fill, is then the same each time.
 */
async function fillTables(transaction: SqlQueryable): Promise<void> {
  for (const table of TABLES) {
    await transaction.executeRaw(
      sql(`CREATE TEMP TABLE "kept ${table}" ON COMMIT DROP AS SELECT * FROM "${table}" ORDER BY "id"`),
    )
  }
  await transaction.executeRaw(sql('TRUNCATE "Run" CASCADE'))
  for (const table of TABLES) {
    const { rows } = await transaction.queryRaw(
      sql(
        `SELECT column_name::text, data_type::text FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = '${table}' ORDER BY ordinal_position`,
      ),
    )
    const columns = (rows as [string, string][]).filter(([name]) => table !== 'RunLog' || name !== 'id')
    const names = columns.map(([name]) => `"${name}"`).join(', ')
    const values = columns
      .map(([name, type]) =>
        ID_COLUMNS.includes(name) && type === 'text'
          ? `"${name}" || CASE n WHEN 0 THEN '' ELSE ':' || n END`
          : `"${name}"`,
      )
      .join(', ')
    await transaction.executeRaw(
      sql(
        `INSERT INTO "${table}" (${names}) SELECT ${values} FROM "kept ${table}", generate_series(0, ${OTHER_RUNS}) n ORDER BY n, "id"`,
      ),
    )
    await transaction.executeRaw(sql(`ANALYZE "${table}"`))
  }
}

function scannedTables(plan: PlanNode): string[] {
  const table = plan['Relation Name']
  const own =
    plan['Node Type'] === 'Seq Scan' && table && (TABLES as readonly string[]).includes(table) ? [table] : []
  return [...own, ...(plan.Plans ?? []).flatMap(scannedTables)]
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
