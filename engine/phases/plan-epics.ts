import type { Prisma } from '../../prisma/generated/client.ts'
import { insertEpics } from '../persistence/batch-writes.ts'
import type { Db } from '../persistence/database.ts'
import type { Invocation } from '../run/context.ts'
import { CARD_ORDER } from './listing.ts'

/**
 * Groups the run's cards that are in no epic yet into epics: in order of upload and position,
 * `cardsPerEpic` at a time. No call is made, so the same cards give the same epics in every mode.
 */
export async function planEpics(db: Db, invocation: Invocation): Promise<void> {
  const { runId, flags, shape, clock, newId } = invocation
  const cards = await db.card.findMany({
    where: { runId, epicId: null },
    orderBy: CARD_ORDER,
    select: { id: true, title: true },
  })
  const { _max } = await db.runEpic.aggregate({ where: { runId }, _max: { position: true } })
  const firstPosition = (_max.position ?? -1) + 1
  const createdAt = new Date(clock.now())
  const epics: { row: Prisma.RunEpicCreateManyInput; cardIds: string[] }[] = []
  for (let first = 0; first < cards.length; first += shape.cardsPerEpic) {
    const group = cards.slice(first, first + shape.cardsPerEpic)
    const position = firstPosition + epics.length
    const id = newId(`epic:${runId}:${position}`)
    const title = group[0]?.title ?? `Epic ${position + 1}`
    epics.push({ row: { id, runId, position, title, createdAt }, cardIds: group.map((card) => card.id) })
  }
  await insertEpics(
    db,
    flags,
    epics.map((epic) => epic.row),
  )
  for (const { row, cardIds } of epics) {
    await db.card.updateMany({ where: { id: { in: cardIds } }, data: { epicId: row.id } })
  }
}
