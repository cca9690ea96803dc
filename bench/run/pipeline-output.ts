import { createHash } from 'node:crypto'
import type { PrismaClient } from '../../prisma/generated/client.ts'
import type { Repetition } from '../../reports/index.ts'

/**
 * What a run has left in the database: counted there, not taken from what the engine says.
 * @returns the counts, and a digest of the content in order, without ids and times.
 */
export async function readOutput(db: PrismaClient, runId: string): Promise<Repetition['output']> {
  const run = await db.run.findUniqueOrThrow({
    where: { id: runId },
    select: { status: true, log: true, totalItems: true, completedItems: true, failedItems: true },
  })
  const uploads = await db.upload.findMany({
    where: { runId },
    orderBy: { position: 'asc' },
    select: {
      filename: true,
      cards: { orderBy: { position: 'asc' }, select: { title: true, summary: true, kind: true } },
    },
  })
  const epics = await db.runEpic.findMany({
    where: { runId },
    orderBy: { position: 'asc' },
    select: {
      title: true,
      cards: { orderBy: [{ upload: { position: 'asc' } }, { position: 'asc' }], select: { title: true } },
      stories: {
        orderBy: { position: 'asc' },
        select: {
          title: true,
          narrative: true,
          acceptance: true,
          points: true,
          subtasks: {
            orderBy: { position: 'asc' },
            select: { title: true, description: true, estimateHours: true },
          },
        },
      },
    },
  })
  return {
    runStatus: run.status,
    uploads: uploads.length,
    cards: await db.card.count({ where: { runId } }),
    epics: epics.length,
    stories: await db.story.count({ where: { runId } }),
    subtasks: await db.subtask.count({ where: { runId } }),
    logLines: run.log.split('\n').length - 1 + (await db.runLog.count({ where: { runId } })),
    totalItems: run.totalItems,
    completedItems: run.completedItems,
    failedItems: run.failedItems,
    firstError: await firstError(db, runId),
    digest: createHash('sha256').update(JSON.stringify({ uploads, epics })).digest('hex'),
  }
}

/** Why the first item that failed did: uploads before epics before stories. */
async function firstError(db: PrismaClient, runId: string): Promise<string | null> {
  const where = { runId, status: 'FAILED' as const }
  const select = { error: true }
  const upload = await db.upload.findFirst({ where, select, orderBy: { position: 'asc' } })
  const epic = upload ?? (await db.runEpic.findFirst({ where, select, orderBy: { position: 'asc' } }))
  const orderBy = [{ epicPosition: 'asc' as const }, { position: 'asc' as const }]
  const item = epic ?? (await db.runStory.findFirst({ where, select, orderBy }))
  return item?.error ?? null
}
