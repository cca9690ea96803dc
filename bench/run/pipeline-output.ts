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
    digest: createHash('sha256').update(JSON.stringify({ uploads, epics })).digest('hex'),
  }
}
