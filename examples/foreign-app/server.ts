import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { createApp } from './app.ts'
import { Assistant } from './assistant.ts'
import { PrismaClient } from './generated/client.ts'
import { Planner } from './planner.ts'

const { DATABASE_URL, PORT = '3000', MODEL = 'claude-haiku-4-5' } = process.env
const { PACING_MS = '1000', BUDGET_MS = '280000', POOL = '10' } = process.env
if (!DATABASE_URL) {
  console.error('DATABASE_URL is missing: the URL of an empty PostgreSQL database')
  process.exit(2)
}

await createTables(DATABASE_URL)
const db = new PrismaClient({ adapter: new PrismaPg({ connectionString: DATABASE_URL, max: Number(POOL) }) })
const assistant = new Assistant({ model: MODEL, pacingMs: Number(PACING_MS) })
const app = createApp(new Planner({ db, assistant, budgetMs: Number(BUDGET_MS) }))
const server = app.listen(Number(PORT), '127.0.0.1', (error) => {
  if (error) {
    console.error(error.message)
    process.exit(1)
  }
  console.log(`planner on http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close(async () => {
      await db.$disconnect()
      process.exit(0)
    })
    server.closeIdleConnections()
  })
}

/** What `prisma migrate deploy` would do, without the engine that it downloads. */
async function createTables(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    const { rows } = await client.query(`SELECT to_regclass('"Plan"') AS plan`)
    if (rows[0].plan !== null) return
    const file = new URL('prisma/migrations/20260114090000_init/migration.sql', import.meta.url)
    await client.query(await readFile(file, 'utf8'))
  } finally {
    await client.end()
  }
}
