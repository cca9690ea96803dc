import { subtaskPrompt } from '../claude/prompts.ts'
import { insertSubtasks } from '../persistence/batch-writes.ts'
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
    select: {
      id: true,
      storyId: true,
      epicPosition: true,
      position: true,
      status: true,
      version: true,
      story: {
        select: {
          title: true,
          narrative: true,
          acceptance: true,
          points: true,
          epic: { select: { title: true } },
        },
      },
    },
  })
  onEvent({ type: 'phase-started', phase: PHASE, items: states.length, at: clock.now() })
  const label = (state: { readonly epicPosition: number; readonly position: number }) =>
    `story ${state.epicPosition + 1}.${state.position + 1}`
  return workThrough(invocation, states, {
    phase: PHASE,
    kind: 'story',
    concurrency: flags.parallelEpics,
    label,
    call: (state) => {
      const story = { ...state.story, epic: state.story.epic.title }
      return caller.call({ phase: PHASE, item: label(state) }, subtaskPrompt(story, shape), signal)
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
