import type { Fault } from '../../../mocks/index.ts'
import type { Draw } from '../draw.ts'
import { drawApiFaults, drawConflicts, drawSkew, drawWorker, smallWorkload } from '../draw.ts'
import type { ActorPlan } from '../plan.ts'
import type { RunState } from '../run-state.ts'
import type { Hazard, Violation } from './hazard.ts'
import { firstFault } from './places.ts'

/**
 * H10: the tier's output is not the sequential output. The schedules have of everything: several workers,
 * crashes, stalls, lost connections, conflicts, bad answers, short budgets.
 */
export const differentOutput: Hazard = {
  id: 'H10',
  title: "the tier's output is not the sequential output",
  removedBy: ['optimisticLocking', 'transactions', 'atomicLog'],
  promisedFrom: 1,
  off: (flags) => ({ ...flags, optimisticLocking: false, transactions: false, atomicLog: false }),
  draw(draw) {
    const workload = smallWorkload({
      uploads: draw.int('uploads', 1, 2),
      cardsPerUpload: draw.int('cards', 1, 2),
      cardsPerEpic: draw.int('epics', 1, 2),
      storiesPerEpic: draw.int('stories', 1, 2),
      budgetMs: draw.chance('short', 0.3) ? 12_000 : 300_000,
    })
    const actors = Array.from({ length: draw.chance('third', 0.2) ? 3 : 2 }, (_, index) =>
      drawWorker(draw, index, 50, {
        join: true,
        invocations: 5,
        pauseMs: draw.pick('pause', [300, 3_000]),
        ...drawSkew(draw, index, 50),
        ...drawTrouble(draw, index, workload.leaseMs),
      }),
    )
    const apiFaults: Fault[] = drawApiFaults(draw, 8)
    return { workload, actors, apiFaults }
  },
  // Below Tier 2 one process-next at a time is all that is promised, and that nothing dies.
  within: (plan, tier) =>
    tier >= 2
      ? plan
      : {
          ...plan,
          actors: plan.actors
            .slice(0, 1)
            .map((actor) => ({ ...actor, diesAt: null, stall: null, databaseFaults: [] })),
        },
  needsReference: true,
  check(executed, reference) {
    return executed.final.flatMap((state, index): Violation[] => {
      const expected = reference[index]
      if (!expected) throw new Error('expected a sequential run to compare with, got none')
      const place = firstFault(executed)
      const invariant = 'the output is that of the sequential engine'
      if (state.run.status !== expected.run.status) {
        return [{ invariant, detail: `the run is ${state.run.status}, not ${expected.run.status}`, place }]
      }
      const [found, wanted] = [contentOf(state), contentOf(expected)]
      if (JSON.stringify(found) === JSON.stringify(wanted)) return []
      const counts = (content: string[][]) => content.map((part) => part.length).join(', ')
      return [
        {
          invariant,
          detail: `cards, epics, stories, subtasks: ${counts(found)}, expected ${counts(wanted)}${counts(found) === counts(wanted) ? ' with other content' : ''}`,
          place,
        },
      ]
    })
  },
}

function drawTrouble(
  draw: Draw,
  index: number,
  leaseMs: number,
): Pick<ActorPlan, 'diesAt' | 'stall' | 'databaseFaults'> {
  const about = `actor:${index}:trouble`
  const at = draw.int(`${about}:at`, 2, 60)
  const none = { diesAt: null, stall: null, databaseFaults: drawConflicts(draw, index, 50) }
  switch (draw.pick(about, ['none', 'none', 'death', 'stall', 'connection-lost', 'answer-lost'] as const)) {
    case 'none':
      return none
    case 'death':
      return { ...none, diesAt: at }
    case 'stall':
      return { ...none, stall: { at, ms: Math.round(leaseMs * (1.2 + draw.number(`${about}:ms`))) } }
    case 'connection-lost':
      return { ...none, databaseFaults: [{ at, kind: 'connection-lost' }] }
    case 'answer-lost':
      return { ...none, databaseFaults: [{ at, kind: 'answer-lost' }] }
  }
}

/** Cards, epics, stories and subtasks in order, without ids and times. */
function contentOf({ uploads, cards, epics, stories, subtasks }: RunState): string[][] {
  const place = (list: readonly { readonly id: string }[], id: string | null) =>
    String(list.findIndex((one) => one.id === id)).padStart(3, '0')
  const uploadOf = (id: string) => place(uploads, id)
  const epicOf = (id: string | null) => place(epics, id)
  const storyKey = new Map(
    stories.map((story) => [story.id, `${epicOf(story.epicId)}/${story.position} ${story.title}`]),
  )
  return [
    cards.map(
      (card) =>
        `${uploadOf(card.uploadId)}/${card.position} ${card.title} ${card.summary} in ${epicOf(card.epicId)}`,
    ),
    epics.map((epic) => `${epic.position} ${epic.title}`),
    stories.map((story) => `${storyKey.get(story.id)} ${story.narrative}`),
    subtasks.map(
      (subtask) =>
        `${storyKey.get(subtask.storyId)}/${subtask.position} ${subtask.title} ${subtask.description}`,
    ),
  ].map((part) => part.sort())
}
