import { cp, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { applyMigrations } from '../../../prisma/migrate.ts'
import type { DatabaseServer } from '../../environment/index.ts'
import { ROOT } from '../commit-tree.ts'
import type { Side } from './sample-pair.ts'

/** The engine of this checkout, with what is not committed. */
export function headSide(server: DatabaseServer): Side {
  return { name: 'the head', tree: ROOT, createDatabase: () => server.createDatabase() }
}

/**
 * The engine of another checkout, measured by the program of this one, which is copied into it; on
 * databases with its own schema.
 * @param tree A worktree that may be changed.
 */
export async function baseSide(name: string, tree: string, server: DatabaseServer): Promise<Side> {
  const sampler = join('bench', 'gate', 'sampler')
  await rm(join(tree, sampler), { recursive: true, force: true })
  await cp(join(ROOT, sampler), join(tree, sampler), { recursive: true })
  const baseDir = join(tree, 'prisma', 'migrations')
  const same = (await migrationsIn(baseDir)) === (await migrationsIn(join(ROOT, 'prisma', 'migrations')))
  return {
    name,
    tree,
    async createDatabase() {
      const database = await server.createDatabase()
      if (!same) await migrateAnew(database.url, baseDir)
      return database
    },
  }
}

async function migrationsIn(folder: string): Promise<string> {
  const files = await readdir(folder, { recursive: true })
  const texts = files
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map(async (file) => `${file}\n${await readFile(join(folder, file), 'utf8')}`)
  return (await Promise.all(texts)).join('\n')
}

/** Puts another schema into a database of ours. */
async function migrateAnew(url: string, baseDir: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
  } finally {
    await client.end()
  }
  await applyMigrations(url, { baseDir })
}
