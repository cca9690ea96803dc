import { formatDuration } from '../../format/duration.ts'
import { formatCount } from '../../format/number.ts'
import type { Load } from '../load-schema.ts'
import type { LoadTable } from '../load-tables.ts'

/** What PostgreSQL says of its statements; without rows where it could not be asked. */
export function statementTable({ statements }: Load): LoadTable {
  return {
    title: 'Statements that took PostgreSQL most (real time)',
    header: ['statement', 'executed', 'time', 'rows'],
    rows:
      statements.state === 'measured'
        ? statements.statements.map(({ text, calls, wallTotalMs, rows }) => [
            text,
            formatCount(calls),
            formatDuration(wallTotalMs),
            formatCount(rows),
          ])
        : [],
  }
}

/** Why there is no table; undefined where there is one. */
export function statementLine({ statements }: Load): string | undefined {
  return statements.state === 'unavailable' ? `Statements were not counted: ${statements.reason}` : undefined
}
