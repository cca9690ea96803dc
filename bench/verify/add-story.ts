import type { PrismaClient } from '../../prisma/generated/client.ts'
import { seededId } from '../run/index.ts'

export const BY_HAND = 'Added by hand'

/** How often the user tries: what PostgreSQL has ended was not done. */
const MAX_TRIES = 3

/**
 * A user adds a story behind those of the run's first epic, as an application should: the epic is
 * locked as its foreign key will lock it, while the place is looked up and taken. There is one such user.
 */
export async function addStory(db: PrismaClient, runId: string, seed: number): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      return await tryToAddStory(db, runId, seed)
    } catch (error) {
      if (tried === MAX_TRIES) throw error
    }
  }
}

async function tryToAddStory(db: PrismaClient, runId: string, seed: number): Promise<void> {
  await db.$transaction(async (tx) => {
    const [epic] = await tx.$queryRaw<{ id: string }[]>`
        SELECT "id" FROM "RunEpic" WHERE "runId" = ${runId} AND "position" = 0 FOR KEY SHARE`
    if (!epic) return
    const { _max } = await tx.story.aggregate({ where: { epicId: epic.id }, _max: { position: true } })
    await tx.story.create({
      data: {
        id: seededId(seed, `by-hand:${runId}`),
        runId,
        epicId: epic.id,
        position: (_max.position ?? -1) + 1,
        title: BY_HAND,
        narrative: '',
        acceptance: [],
        points: 1,
        createdAt: new Date(0),
      },
      select: { id: true },
    })
  })
}
