// Runs the pipeline once on your own database, and prints what it has made:
//   DATABASE_URL=postgresql://… ANTHROPIC_API_KEY=… node --import tsx examples/run-once.ts notes.md
// Without a key: `npm run mock` in another terminal, and ANTHROPIC_BASE_URL=http://127.0.0.1:4141 here.
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import Anthropic from '@anthropic-ai/sdk'
import { PrismaPg } from '@prisma/adapter-pg'
import { createEngine, DEFAULT_BUDGET_MS, idleTransactionTimeoutMs, TIER_FLAGS } from '../engine/index.ts'
import { PrismaClient } from '../prisma/generated/client.ts'
import { applyMigrations } from '../prisma/migrate.ts'

const connectionString = process.env.DATABASE_URL
const paths = process.argv.slice(2)
if (!connectionString || paths.length === 0) {
  console.error(
    `expected DATABASE_URL and at least one file, got ${connectionString ? 'no file' : 'no DATABASE_URL'}: DATABASE_URL=postgresql://… node --import tsx examples/run-once.ts notes.md`,
  )
  process.exit(2)
}
await applyMigrations(connectionString)
const db = new PrismaClient({
  adapter: new PrismaPg({
    connectionString,
    // A process that stands still inside a transaction does not hold others up.
    idle_in_transaction_session_timeout: idleTransactionTimeoutMs(DEFAULT_BUDGET_MS),
  }),
})
const uploads = await Promise.all(
  paths.map(async (path) => ({ filename: basename(path), content: await readFile(path, 'utf8') })),
)

const claude = new Anthropic({ apiKey: process.env.ANTHROPIC_API_KEY ?? 'mock', maxRetries: 0 })
const engine = createEngine({ db, claude, flags: TIER_FLAGS[3], model: 'claude-haiku-4-5' })
const runId = await engine.createRun(uploads)
let outcome = await engine.processNext(runId)
while (outcome.state === 'continue') outcome = await engine.processNext(runId)

const { status, progress } = await engine.status(runId)
const { epics } = await engine.results(runId)
console.log(`run ${runId}: ${status}, ${progress.completed} of ${progress.total} items`)
for (const { title, stories } of epics) console.log(`${title}: ${stories.length} stories`)
await db.$disconnect()
