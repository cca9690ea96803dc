import type { Prisma } from '../../prisma/generated/client.ts'
import { insertEpics } from '../persistence/batch-writes.ts'
import type { Db } from '../persistence/database.ts'
import type { Invocation } from '../run/context.ts'

/**
 * Groups the run's cards into epics: in order of upload and position, `cardsPerEpic` at a time. No
 * call is made, so the same cards give the same epics in every mode.
 * @returns how many epics there are.
 */
export async function planEpics(db: Db, invocation: Invocation): Promise<number> {
  const { runId, flags, shape, clock, newId } = invocation
  const cards = await db.card.findMany({
    where: { runId },
    orderBy: [{ upload: { position: 'asc' } }, { position: 'asc' }],
    select: { id: true, title: true },
  })
  const createdAt = new Date(clock.now())
  const epics: { row: Prisma.RunEpicCreateManyInput; cardIds: string[] }[] = []
  for (let first = 0; first < cards.length; first += shape.cardsPerEpic) {
    const group = cards.slice(first, first + shape.cardsPerEpic)
    const position = epics.length
    epics.push({
      row: {
        id: newId(`epic:${runId}:${position}`),
        runId,
        position,
        title: group[0]?.title ?? `Epic ${position + 1}`,
        createdAt,
      },
      cardIds: group.map((card) => card.id),
    })
  }
  await insertEpics(
    db,
    flags,
    epics.map((epic) => epic.row),
  )
  for (const { row, cardIds } of epics) {
    await db.card.updateMany({ where: { id: { in: cardIds } }, data: { epicId: row.id } })
  }
  return epics.length
}
