import { cardPrompt } from '../claude/prompts.ts'
import { insertCards } from '../persistence/batch-writes.ts'
import type { Invocation } from '../run/context.ts'
import { claimable, LISTED } from './listing.ts'
import { workThrough } from './work-through.ts'

const PHASE = 'card-analysis'

/**
 * Uploads to cards: one call for each upload.
 * @returns true when none is left to claim, false when the budget ran out first.
 */
export async function analyseCards(invocation: Invocation): Promise<boolean> {
  const { origin, pacing, db, runId, flags, shape, caller, clock, newId, signal, budget } = invocation
  const label = (upload: { readonly position: number }) => `upload ${upload.position + 1}`
  const list = (take: number) =>
    db.upload.findMany({
      where: { runId, ...claimable(invocation) },
      orderBy: { position: 'asc' },
      take,
      select: { ...LISTED, position: true, filename: true, content: true },
    })
  const bounds = { signal, mayStart: () => budget.allowsAttempt(PHASE) }
  return workThrough(invocation, list, {
    phase: PHASE,
    kind: 'upload',
    concurrency: flags.parallelUploads,
    label,
    holderId: (upload) => upload.id,
    call: (upload) =>
      caller.call(
        { ...origin, pacing, phase: PHASE, item: label(upload) },
        cardPrompt(upload, shape),
        bounds,
      ),
    summary: ({ cards }) => `${cards.length} cards`,
    write: (tx, upload, { cards }, firstPosition) =>
      insertCards(
        tx,
        flags,
        cards.map((card, index) => {
          const position = firstPosition + index
          const id = newId(`card:${upload.id}:${position}`)
          return { ...card, id, runId, uploadId: upload.id, position, createdAt: new Date(clock.now()) }
        }),
      ),
  })
}
