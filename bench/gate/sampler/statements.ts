import type { PrismaClient } from '../../../prisma/generated/client.ts'

/** So often each is done for one figure; the median counts. */
const REPETITIONS = 9
const ROWS = 50
/** The log that a line is added to, in lines: as at the end of a large run. */
const LOG_LINES = 1_000

/** The statements that the engine's strategies come down to, on rows of their own. */
export async function timeStatements(db: PrismaClient): Promise<Record<string, number>> {
  const at = new Date(0)
  const line = `${at.toISOString()} Story 1 of epic 1 was finished with 5 subtasks\n`
  const runId = 'statements'
  await db.run.deleteMany({ where: { id: runId } })
  await db.run.create({
    data: { id: runId, flags: {}, pacing: 'normal', log: line.repeat(LOG_LINES), createdAt: at },
  })
  await db.upload.create({
    data: { id: runId, runId, position: 0, filename: 'a.md', content: 'text', createdAt: at },
  })
  let round = 0
  const strategies = {
    createMany: () =>
      db.runLog.createMany({ data: Array.from({ length: ROWS }, () => ({ runId, at, line })) }),
    logConcat: () => db.$executeRaw`UPDATE "Run" SET "log" = "log" || ${line} WHERE "id" = ${runId}`,
    claim: () =>
      db.upload.updateMany({
        where: { id: runId, version: round, leaseExpiresAt: null },
        data: { version: { increment: 1 } },
      }),
    transaction: () =>
      db.$transaction(async (tx) => {
        await tx.upload.update({ where: { id: runId }, data: { error: null }, select: { id: true } })
        await tx.run.update({
          where: { id: runId },
          data: { completedItems: { increment: 1 } },
          select: { id: true },
        })
      }),
  }
  const times: Record<string, number[]> = {}
  // In turn, so that a slow moment meets all of them.
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    round++
    for (const [name, work] of Object.entries(strategies)) {
      const start = performance.now()
      const done = await work()
      const list = times[name] ?? []
      list.push(performance.now() - start)
      times[name] = list
      if (name === 'claim' && (done as { count: number }).count !== 1) {
        throw new Error('expected the claim to be made, but the row had another version')
      }
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, medianOf(list)]))
}

/** This folder imports no packages but the engine's own. */
function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number
}
