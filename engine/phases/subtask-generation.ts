import { subtaskPrompt } from '../claude/prompts.ts'
import { insertSubtasks } from '../persistence/batch-writes.ts'
import type { Db } from '../persistence/database.ts'
import type { Invocation } from '../run/context.ts'
import { CARD_ORDER, claimable, LISTED } from './listing.ts'
import { workThrough } from './work-through.ts'

const PHASE = 'subtask-generation'

/**
 * Stories to subtasks: one call for each story.
 * @returns true when none is left to claim, false when the budget ran out first.
 */
export async function generateSubtasks(invocation: Invocation): Promise<boolean> {
  const { origin, pacing, db, runId, flags, shape, caller, clock, newId, signal, budget } = invocation
  const label = (state: { readonly epicPosition: number; readonly position: number }) =>
    `story ${state.epicPosition + 1}.${state.position + 1}`
  const list = async (take: number) => {
    const states = await db.runStory.findMany({
      where: { runId, ...claimable(invocation) },
      orderBy: [{ epicPosition: 'asc' }, { position: 'asc' }],
      take,
      select: { ...LISTED, storyId: true, epicPosition: true, position: true },
    })
    const epics = await readEpics(db, runId, [...new Set(states.map((state) => state.epicPosition))])
    return states.map((state) => ({ ...state, ...storyOf(epics.get(state.epicPosition), state) }))
  }
  const bounds = { signal, mayStart: () => budget.allowsAttempt(PHASE) }
  return workThrough(invocation, list, {
    phase: PHASE,
    kind: 'story',
    concurrency: flags.parallelEpics,
    label,
    holderId: (state) => state.storyId,
    call: (state) =>
      caller.call(
        { ...origin, pacing, phase: PHASE, item: label(state) },
        subtaskPrompt(state.story, state.epic, shape),
        bounds,
      ),
    summary: ({ subtasks }) => `${subtasks.length} subtasks`,
    write: (tx, { storyId }, { subtasks }, firstPosition) =>
      insertSubtasks(
        tx,
        flags,
        subtasks.map((subtask, index) => {
          const position = firstPosition + index
          const id = newId(`subtask:${storyId}:${position}`)
          return { ...subtask, id, runId, storyId, position, createdAt: new Date(clock.now()) }
        }),
      ),
  })
}

/** Epics by position, each with its cards and its stories in order. */
async function readEpics(db: Db, runId: string, positions: number[]) {
  const epics = await db.runEpic.findMany({
    where: { runId, position: { in: positions } },
    select: {
      position: true,
      title: true,
      cards: {
        orderBy: CARD_ORDER,
        select: { title: true, summary: true, kind: true },
      },
      stories: {
        orderBy: [{ position: 'asc' }, { id: 'asc' }],
        select: { id: true, title: true, narrative: true, acceptance: true, points: true },
      },
    },
  })
  return new Map(epics.map((epic) => [epic.position, epic]))
}

function storyOf<Story extends { readonly id: string }, Epic extends { readonly stories: readonly Story[] }>(
  epic: (Epic & { readonly stories: readonly Story[] }) | undefined,
  state: { readonly storyId: string },
): { readonly epic: Epic; readonly story: Epic['stories'][number] } {
  const story = epic?.stories.find((candidate) => candidate.id === state.storyId)
  if (!epic || !story) throw new Error(`story ${state.storyId} has a generation state and does not exist`)
  return { epic, story }
}
