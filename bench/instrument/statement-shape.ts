/**
 * What kind of statement it is: its verb and its table, e.g. `INSERT Card`, `UPDATE Run`, `BEGIN`.
 * Reads the SQL that Prisma's query compiler writes, and plain SQL, with quoted names or without.
 */
export function statementShape(sql: string): string {
  const text = sql.slice(LEADING.exec(sql)?.[0].length ?? 0)
  const verb = /^[A-Za-z]+/.exec(text)?.[0].toUpperCase() ?? 'EMPTY'
  const [, quoted, plain] = TABLE_AFTER[verb]?.exec(text) ?? []
  const table = quoted || plain
  return table ? `${verb} ${table}` : verb
}

/** Rows that an INSERT writes: one for each group of values. 1 for other statements. */
export function rowsWritten(sql: string): number {
  const values = /\bVALUES\s*(.*)$/is.exec(sql)?.[1]
  return values ? values.split(/\)\s*,\s*\(/).length : 1
}

/** Comments, as ORMs put them first to say where a statement comes from, and parentheses. */
const LEADING = /^(?:\s|\(|--[^\n]*(?:\n|$)|\/\*.*?\*\/)+/s
const NAME = '(?:(?:"[^"]+"|[\\w$]+)\\.)*(?:"([^"]+)"|([\\w$]+))'
const TABLE_AFTER: Readonly<Record<string, RegExp>> = {
  SELECT: new RegExp(`\\bFROM\\s+(?:ONLY\\s+)?${NAME}`, 'i'),
  INSERT: new RegExp(`\\bINTO\\s+${NAME}`, 'i'),
  UPDATE: new RegExp(`^UPDATE\\s+(?:ONLY\\s+)?${NAME}`, 'i'),
  DELETE: new RegExp(`\\bFROM\\s+(?:ONLY\\s+)?${NAME}`, 'i'),
  COPY: new RegExp(`^COPY\\s+${NAME}`, 'i'),
  // The adapter sends it after BEGIN, where an isolation level is asked for.
  SET: /^SET\s+()(TRANSACTION)\b/i,
}
