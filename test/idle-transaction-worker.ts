// A process that stands still inside a transaction which holds a run's row, and then goes on with it.
import { PrismaPg } from '@prisma/adapter-pg'
import { inTransaction } from '../engine/persistence/database.ts'
import { PrismaClient } from '../prisma/generated/client.ts'

const [connectionString = '', id = '', timeoutMs = ''] = process.argv.slice(2)
const adapter = new PrismaPg({ connectionString, idle_in_transaction_session_timeout: Number(timeoutMs) })
const db = new PrismaClient({ adapter, transactionOptions: { timeout: 600_000 } })
const renew = { where: { id }, data: { version: { increment: 1 } } }
let tries = 0
await inTransaction(db, async (tx) => {
  await tx.run.update(renew)
  if (++tries === 1) {
    process.stdout.write('holds the row\n')
    process.kill(process.pid, 'SIGSTOP')
  }
  await tx.run.update(renew)
})
process.stdout.write(`committed at try ${tries}\n`)
await db.$disconnect()
