import type { SqlQuery } from '@prisma/driver-adapter-utils'

const MAX_VALUE = 24

/**
 * A statement in one line for people: what it sets or reads, and the values of its conditions.
 * Reads the SQL that Prisma's query compiler writes.
 */
export function describeStatement({ sql, args }: SqlQuery): string {
  const value = (n: string) => show(args[Number(n) - 1])
  const short = sql
    .replaceAll('"public".', '')
    .replace(/CAST\(\$(\d+)::text AS "\w+"\)/g, (_, n: string) => `$${n}`)
    .replace(/CAST\("\w+"\."(\w+)"::text AS \w+\)/g, '$1')
    .replace(/"(\w+)"\."(\w+)"(?: AS "\w+")?/g, '$2')
    .replaceAll('"', '')
    .replace(/\$(\d+)/g, (_, n: string) => value(n))
    .replace(/\s+/g, ' ')
    .replace(/::text\b| AND 1=1/g, '')
    .replace(/ OFFSET '?0?'?\s*$| RETURNING .*$/i, '')
    .trim()
  const insert = /^INSERT INTO (\w+) \(.*?\) VALUES (.*)$/i.exec(short)
  return insert ? `INSERT INTO ${insert[1]} ${insert[2]}` : short
}

function show(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (value instanceof Date) return `'${value.toISOString().slice(11, 23)}'`
  const text = String(value)
  const date = /^\d{4}-\d\d-\d\d[T ](\d\d:\d\d:\d\d(?:\.\d+)?)/.exec(text)
  if (date) return `'${date[1]}'`
  if (typeof value === 'number' || typeof value === 'bigint') return text
  const uuid = /^([0-9a-f]{8})-[0-9a-f]{4}-/.exec(text)
  const line = (uuid?.[1] ?? text).replace(/\s+/g, ' ')
  return `'${line.length > MAX_VALUE ? `${line.slice(0, MAX_VALUE - 1)}…` : line}'`
}
