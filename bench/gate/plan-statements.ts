import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlQuery, SqlQueryable } from '@prisma/driver-adapter-utils'
import { statementShape } from '../instrument/index.ts'
import { UsageError } from '../run/index.ts'

/** Runs that lie in the tables beside the one whose statements are planned. */
export const OTHER_RUNS = 300
/** In the order in which their rows can be put back: what others refer to comes first. */
const TABLES = ['Run', 'Upload', 'RunEpic', 'Card', 'Story', 'RunStory', 'Subtask', 'RunLog'] as const
/** Columns that hold the id of a row or refer to one. */
const ID_COLUMNS = ['id', 'runId', 'uploadId', 'epicId', 'storyId']
/** What EXPLAIN does not take, and reads no table. Everything else is planned. */
const WITHOUT_PLAN: ReadonlySet<string> = new Set([
  'BEGIN',
  'COMMIT',
  'ROLLBACK',
  'SAVEPOINT',
  'RELEASE',
  'SET',
  'SET TRANSACTION',
])

const sql = (text: string): SqlQuery => ({ sql: text, args: [], argTypes: [] })

/** A statement that a run sent. */
export interface SentStatement {
  readonly phase: string
  readonly query: SqlQuery
}

export interface PlannedStatement {
  readonly place: string
  readonly cost: number
  /** Tables that are read from end to end. */
  readonly scanned: readonly string[]
}

interface PlanNode {
  readonly 'Node Type': string
  readonly Operation?: string
  readonly 'Relation Name'?: string
  readonly 'Total Cost': number
  readonly Plans?: readonly PlanNode[]
}

/**
 * Asks PostgreSQL how it would carry out each statement, on tables that hold many copies of the rows there.
 * What only writes rows of values is left out: it reads nothing that an index could be missing for.
 * @throws UsageError where a statement can neither be planned nor is one that has no plan: nothing is passed over
 */
export async function planStatements(
  url: string,
  statements: readonly SentStatement[],
): Promise<PlannedStatement[]> {
  const adapter = await new PrismaPg({ connectionString: url, max: 1 }).connect()
  try {
    const transaction = await adapter.startTransaction()
    try {
      await fillTables(transaction)
      return await planEach(transaction, statements)
    } finally {
      await transaction.executeRaw(sql('ROLLBACK'))
      await transaction.rollback()
    }
  } finally {
    await adapter.dispose()
  }
}

async function planEach(
  transaction: SqlQueryable,
  statements: readonly SentStatement[],
): Promise<PlannedStatement[]> {
  const planned: PlannedStatement[] = []
  for (const { phase, query } of statements) {
    const shape = statementShape(query.sql)
    if (WITHOUT_PLAN.has(shape)) continue
    const plan = await explain(transaction, query, shape)
    if (writesValuesOnly(plan)) continue
    planned.push({ place: `${phase} ${shape}`, cost: plan['Total Cost'], scanned: scannedTables(plan) })
  }
  return planned
}

async function explain(transaction: SqlQueryable, query: SqlQuery, shape: string): Promise<PlanNode> {
  try {
    const { rows } = await transaction.queryRaw({ ...query, sql: `EXPLAIN (FORMAT JSON) ${query.sql}` })
    const answer = rows[0]?.[0]
    const [{ Plan: plan }] = (typeof answer === 'string' ? JSON.parse(answer) : answer) as [
      { Plan: PlanNode },
    ]
    return plan
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(
      `expected each statement to be one that PostgreSQL can EXPLAIN, or ${[...WITHOUT_PLAN].join(', ')}, got ${shape}: ${reason}`,
    )
  }
}

/** `INSERT … VALUES`: rows that the statement itself has, with no table that is read for them. */
function writesValuesOnly({ 'Node Type': node, Operation: operation, Plans: plans = [] }: PlanNode): boolean {
  return (
    node === 'ModifyTable' &&
    operation === 'Insert' &&
    plans.every((one) => ['Result', 'Values Scan'].includes(one['Node Type']) && !one.Plans)
  )
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
