import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { applyMigrations, initialMigration, listMigrations } from '../prisma/migrate.ts'

let server: DatabaseServer
let migrated: string

beforeAll(async () => {
  server = await startDatabaseServer()
  migrated = (await server.createDatabase()).url
  await query(migrated, 'CREATE DATABASE bare TEMPLATE template0')
})

afterAll(async () => {
  await server.close()
})

function databaseUrl(name: string): string {
  return Object.assign(new URL(migrated), { pathname: `/${name}` }).href
}

async function query(url: string, sql: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query({ text: sql, rowMode: 'array' })
    return (rows ?? []).map((row: unknown[]) => row.join(' '))
  } finally {
    await client.end()
  }
}

/** Everything that a schema makes: columns, enums, indexes, constraints, sequences. */
function describeDatabase(url: string): Promise<string[]> {
  return query(
    url,
    `SELECT line FROM (
       SELECT format('column %s.%s %s %s default %s', relname, attname, format_type(atttypid, atttypmod),
                     CASE WHEN attnotnull THEN 'not null' ELSE 'null' END, pg_get_expr(adbin, adrelid)) AS line
         FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
         LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S') AND attnum > 0 AND NOT attisdropped
       UNION ALL SELECT format('enum %s %s', typname, string_agg(enumlabel, ',' ORDER BY enumsortorder))
         FROM pg_enum JOIN pg_type t ON t.oid = enumtypid GROUP BY typname
       UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
       UNION ALL SELECT format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
         FROM pg_constraint WHERE connamespace = 'public'::regnamespace
     ) AS described
     WHERE line NOT LIKE '%\\_prisma\\_migrations%' ORDER BY line`,
  )
}

test('the migrations make what schema.prisma asks for', async () => {
  await query(databaseUrl('bare'), await initialMigration(migrated))
  const expected = await describeDatabase(databaseUrl('bare'))
  expect(expected).toContain("column Run.log text not null default ''::text")
  expect(await describeDatabase(migrated)).toEqual(expected)
})

test('a column that the migrations lack shows', async () => {
  const schema = await readFile(new URL('../prisma/schema.prisma', import.meta.url), 'utf8')
  const changed = schema.replace('model Run {', 'model Run {\n  added String?')
  await query(migrated, 'CREATE DATABASE changed TEMPLATE template0')
  await query(databaseUrl('changed'), await initialMigration(migrated, changed))
  const expected = await describeDatabase(databaseUrl('changed'))
  const actual = await describeDatabase(migrated)
  expect(expected.filter((line) => !actual.includes(line))).toEqual(['column Run.added text null default '])
})

test('the migrations are recorded as prisma migrate deploy records them', async () => {
  const recorded = await query(
    migrated,
    `SELECT migration_name FROM _prisma_migrations
      WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL AND applied_steps_count = 1 ORDER BY 1`,
  )
  expect(recorded).toEqual(await listMigrations())
})

test('migrations that were applied are not applied again', async () => {
  expect(await applyMigrations(migrated)).toEqual([])
})

test('a migration that fails is reported with its name and the cause', async () => {
  const baseDir = await mkdtemp(join(tmpdir(), 'migrations-'))
  try {
    await mkdir(join(baseDir, '20260101000000_broken'))
    await writeFile(join(baseDir, 'migration_lock.toml'), 'provider = "postgresql"\n')
    await writeFile(
      join(baseDir, '20260101000000_broken', 'migration.sql'),
      'CREATE TABLE broken (id nonsense);',
    )
    await query(migrated, 'CREATE DATABASE failing TEMPLATE template0')
    const failure = applyMigrations(databaseUrl('failing'), { baseDir })
    await expect(failure).rejects.toThrow(
      'migration 20260101000000_broken failed: Error querying the database: ERROR: type "nonsense" does not exist',
    )
  } finally {
    await rm(baseDir, { recursive: true })
  }
})
