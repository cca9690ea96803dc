// A process that stands still inside a transaction which holds a run's row, and then goes on with it.
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../prisma/generated/client.ts'

const [connectionString = '', id = '', timeoutMs = ''] = process.argv.slice(2)
const adapter = new PrismaPg({ connectionString, idle_in_transaction_session_timeout: Number(timeoutMs) })
const db = new PrismaClient({ adapter, transactionOptions: { timeout: 600_000 } })
const renew = { where: { id }, data: { version: { increment: 1 } } }
const outcome = await db
  .$transaction(async (tx) => {
    await tx.run.update(renew)
    process.stdout.write('holds the row\n')
    process.kill(process.pid, 'SIGSTOP')
    await tx.run.update(renew)
  })
  .then(
    () => 'committed',
    () => 'refused',
  )
const { version } = await db.run.findUniqueOrThrow({ where: { id } })
process.stdout.write(`${outcome}, then read version ${version}\n`)
await db.$disconnect()
