/**
 * What kind of statement it is: its verb and its table, e.g. `INSERT Card`, `UPDATE Run`, `BEGIN`.
 * Reads the SQL that Prisma's query compiler writes, and plain SQL with quoted names.
 */
export function statementShape(sql: string): string {
  const verb = /^\s*([A-Za-z]+)/.exec(sql)?.[1]?.toUpperCase() ?? 'EMPTY'
  const table = TABLE_AFTER[verb]?.exec(sql)?.[1]
  return table ? `${verb} ${table}` : verb
}

/** Rows that an INSERT writes: one for each group of values. 1 for other statements. */
export function rowsWritten(sql: string): number {
  const values = /\bVALUES\s*(.*)$/is.exec(sql)?.[1]
  return values ? values.split(/\)\s*,\s*\(/).length : 1
}

const NAME = '(?:"[^"]+"\\.)?"([^"]+)"'
const TABLE_AFTER: Readonly<Record<string, RegExp>> = {
  SELECT: new RegExp(`\\bFROM\\s+${NAME}`, 'i'),
  INSERT: new RegExp(`\\bINTO\\s+${NAME}`, 'i'),
  UPDATE: new RegExp(`^\\s*UPDATE\\s+${NAME}`, 'i'),
  DELETE: new RegExp(`\\bFROM\\s+${NAME}`, 'i'),
}
