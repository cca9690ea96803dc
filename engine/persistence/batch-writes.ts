import type { Prisma } from '../../prisma/generated/client.ts'
import type { Flags } from '../flags.ts'
import type { Db } from './database.ts'

/**
 * Writes what a call produced. `batchWrites` off: one INSERT, one round trip, for each row.
 * On: one INSERT for all of them. Ids are made by the caller, since createMany returns no order.
 */
export async function insertCards(db: Db, flags: Flags, rows: Prisma.CardCreateManyInput[]): Promise<void> {
  if (flags.batchWrites) await db.card.createMany({ data: rows })
  else for (const data of rows) await db.card.create({ data, select: { id: true } })
}

/** As {@link insertCards}, for the epics of a run. */
export async function insertEpics(
  db: Db,
  flags: Flags,
  rows: Prisma.RunEpicCreateManyInput[],
): Promise<void> {
  if (flags.batchWrites) await db.runEpic.createMany({ data: rows })
  else for (const data of rows) await db.runEpic.create({ data, select: { id: true } })
}

/** As {@link insertCards}, for stories, each with its generation state. */
export async function insertStories(
  db: Db,
  flags: Flags,
  rows: { story: Prisma.StoryCreateManyInput; state: Prisma.RunStoryCreateManyInput }[],
): Promise<void> {
  if (flags.batchWrites) {
    await db.story.createMany({ data: rows.map((row) => row.story) })
    await db.runStory.createMany({ data: rows.map((row) => row.state) })
    return
  }
  for (const row of rows) {
    await db.story.create({ data: row.story, select: { id: true } })
    await db.runStory.create({ data: row.state, select: { id: true } })
  }
}

/** As {@link insertCards}, for the subtasks of a story. */
export async function insertSubtasks(
  db: Db,
  flags: Flags,
  rows: Prisma.SubtaskCreateManyInput[],
): Promise<void> {
  if (flags.batchWrites) await db.subtask.createMany({ data: rows })
  else for (const data of rows) await db.subtask.create({ data, select: { id: true } })
}
