import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withSchemaEngine } from './schema-engine.ts'

const folder = dirname(fileURLToPath(import.meta.url))
const everything = { externalTables: [], externalEnums: [] }

/** Where the migrations are, in Prisma's own layout. */
export const migrationsFolder = join(folder, 'migrations')

async function readSchema() {
  return { path: 'schema.prisma', content: await readFile(join(folder, 'schema.prisma'), 'utf8') }
}

/** The names of the migrations in `baseDir`, in the order in which they are applied. */
export async function listMigrations(baseDir = migrationsFolder): Promise<readonly string[]> {
  const entries = await readdir(baseDir, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}

/**
 * Applies every migration that the database at `url` lacks and leaves `_prisma_migrations` as
 * `prisma migrate deploy` would. Resolves to the names of the migrations applied.
 */
export async function applyMigrations(
  url: string,
  { baseDir = migrationsFolder }: { readonly baseDir?: string } = {},
): Promise<readonly string[]> {
  const names = await listMigrations(baseDir)
  const migrationDirectories = await Promise.all(
    names.map(async (path) => {
      const value = await readFile(join(baseDir, path, 'migration.sql'), 'utf8')
      return { path, migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value } } }
    }),
  )
  const lockfile = {
    path: 'migration_lock.toml',
    content: await readFile(join(baseDir, 'migration_lock.toml'), 'utf8'),
  }
  const migrationsList = { baseDir, lockfile, shadowDbInitScript: '', migrationDirectories }
  try {
    const { appliedMigrationNames } = await withSchemaEngine(url, await readSchema(), (engine) =>
      engine.applyMigrations({ migrationsList, filters: everything }),
    )
    return appliedMigrationNames
  } catch (error) {
    throw new Error(withoutTrace(error), { cause: error })
  }
}

/** The engine's message without the trace of its own source that it ends with. */
function withoutTrace(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const [, name] = /migration_name="([^"]+)"/.exec(text) ?? []
  const [reason = text] = text.replace(/^external connector error\s+/, '').split(/\n\s+0: /)
  return name ? `migration ${name} failed: ${reason.trim()}` : reason.trim()
}

/**
 * The SQL that brings an empty database to schema.prisma. The engine insists on a connection; it
 * changes nothing in the database at `url`.
 *
 * @param schemaText @default the text of schema.prisma
 */
export async function initialMigration(url: string, schemaText?: string): Promise<string> {
  const stored = await readSchema()
  const schema = { ...stored, content: schemaText ?? stored.content }
  const { stdout } = await withSchemaEngine(url, schema, (engine) =>
    engine.diff({
      from: { tag: 'empty' },
      to: { tag: 'schemaDatamodel', files: [schema] },
      script: true,
      exitCode: null,
      filters: everything,
    }),
  )
  if (stdout === null) throw new Error('Expected a script from the schema engine, got none.')
  return stdout
}
