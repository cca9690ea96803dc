import { subtaskPrompt } from '../claude/prompts.ts'
import { insertSubtasks } from '../persistence/batch-writes.ts'
import type { Db } from '../persistence/database.ts'
import type { Invocation } from '../run/context.ts'
import { claimable } from './listing.ts'
import { workThrough } from './work-through.ts'

const PHASE = 'subtask-generation'

/**
 * Stories to subtasks: one call for each story.
 * @returns true when all stories were dealt with, false when the budget ran out first.
 */
export async function generateSubtasks(invocation: Invocation): Promise<boolean> {
  const { db, runId, flags, shape, caller, clock, newId, onEvent, signal } = invocation
  const states = await db.runStory.findMany({
    where: { runId, ...claimable(invocation) },
    orderBy: [{ epicPosition: 'asc' }, { position: 'asc' }],
    select: { id: true, storyId: true, epicPosition: true, position: true, status: true, version: true },
  })
  const epics = await readEpics(db, runId)
  onEvent({ type: 'phase-started', phase: PHASE, items: states.length, at: clock.now() })
  const label = (state: { readonly epicPosition: number; readonly position: number }) =>
    `story ${state.epicPosition + 1}.${state.position + 1}`
  return workThrough(invocation, states, {
    phase: PHASE,
    kind: 'story',
    concurrency: flags.parallelEpics,
    label,
    call: (state) => {
      const epic = epics.get(state.epicPosition)
      const story = epic?.stories[state.position]
      if (!epic || !story) throw new Error(`${label(state)} has a generation state and no story`)
      return caller.call({ phase: PHASE, item: label(state) }, subtaskPrompt(story, epic, shape), signal)
    },
    summary: ({ subtasks }) => `${subtasks.length} subtasks`,
    write: (tx, state, { subtasks }) =>
      insertSubtasks(
        tx,
        flags,
        subtasks.map((subtask, position) => ({
          ...subtask,
          id: newId(`subtask:${state.storyId}:${position}`),
          runId,
          storyId: state.storyId,
          position,
          createdAt: new Date(clock.now()),
        })),
      ),
  })
}

/** The run's epics by position, each with its cards and its stories in order. */
async function readEpics(db: Db, runId: string) {
  const epics = await db.runEpic.findMany({
    where: { runId },
    select: {
      position: true,
      title: true,
      cards: {
        orderBy: [{ upload: { position: 'asc' } }, { position: 'asc' }],
        select: { title: true, summary: true, kind: true },
      },
      stories: {
        orderBy: { position: 'asc' },
        select: { title: true, narrative: true, acceptance: true, points: true },
      },
    },
  })
  return new Map(epics.map((epic) => [epic.position, epic]))
}
