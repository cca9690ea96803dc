import { storyPrompt } from '../claude/prompts.ts'
import { insertStories } from '../persistence/batch-writes.ts'
import type { Invocation } from '../run/context.ts'
import { CARD_ORDER, claimable, LISTED } from './listing.ts'
import { workThrough } from './work-through.ts'

const PHASE = 'story-generation'

/**
 * Epics to stories: one call for each epic.
 * @returns true when none is left to claim, false when the budget ran out first.
 */
export async function generateStories(invocation: Invocation): Promise<boolean> {
  const { origin, pacing, db, runId, flags, shape, caller, clock, newId, signal, budget } = invocation
  const label = (epic: { readonly position: number }) => `epic ${epic.position + 1}`
  const list = (take: number) =>
    db.runEpic.findMany({
      where: { runId, ...claimable(invocation) },
      orderBy: { position: 'asc' },
      take,
      select: {
        ...LISTED,
        position: true,
        title: true,
        cards: {
          orderBy: CARD_ORDER,
          select: { title: true, summary: true, kind: true },
        },
      },
    })
  const bounds = { signal, mayStart: () => budget.allowsAttempt(PHASE) }
  return workThrough(invocation, list, {
    phase: PHASE,
    kind: 'epic',
    concurrency: flags.parallelEpics,
    label,
    holderId: (epic) => epic.id,
    call: (epic) =>
      caller.call({ ...origin, pacing, phase: PHASE, item: label(epic) }, storyPrompt(epic, shape), bounds),
    summary: ({ stories }) => `${stories.length} stories`,
    write: (tx, epic, { stories }, firstPosition) => {
      const createdAt = new Date(clock.now())
      const rows = stories.map((story, index) => {
        const position = firstPosition + index
        const id = newId(`story:${epic.id}:${position}`)
        return {
          story: { ...story, id, runId, epicId: epic.id, position, createdAt },
          state: {
            id: newId(`state:${id}`),
            storyId: id,
            runId,
            epicPosition: epic.position,
            position,
            createdAt,
          },
        }
      })
      return insertStories(tx, flags, rows)
    },
  })
}
