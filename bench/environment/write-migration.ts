// `npx tsx bench/environment/write-migration.ts` writes the initial migration anew from
// prisma/schema.prisma. Until a first release nobody has a database to carry over, so a changed
// schema changes the initial migration; after it, a change is a migration of its own.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { initialMigration, listMigrations, migrationsFolder } from '../../prisma/migrate.ts'
import { startEmbeddedServer } from './embedded-server.ts'

await mkdir(migrationsFolder, { recursive: true })
const [initial, ...later] = await listMigrations()
if (later.length > 0) throw new Error(`Expected only the initial migration, got also ${later.join(', ')}.`)
const timestamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
const folder = join(migrationsFolder, initial ?? `${timestamp}_init`)

const server = await startEmbeddedServer({})
try {
  const sql = await initialMigration(server.adminUrl)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'migration.sql'), sql)
  await writeFile(
    join(migrationsFolder, 'migration_lock.toml'),
    '# Written by Prisma: the provider that the migrations are for.\nprovider = "postgresql"\n',
  )
  console.log(`Wrote ${folder}`)
} finally {
  await server.stop()
}
