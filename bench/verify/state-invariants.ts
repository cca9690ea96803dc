import { itemsOf, OPEN_STATUSES } from './hazards/items.ts'
import type { Workload } from './plan.ts'
import { logOf, type RunState } from './run-state.ts'

/** How many rows an answer holds. */
export type RowsOfAnswers = Pick<Workload, 'cardsPerUpload' | 'storiesPerEpic' | 'subtasksPerStory'>

/** An invariant of a run's rows that does not hold. */
export interface BrokenInvariant {
  readonly invariant: string
  readonly detail: string
}

/** What must hold of a run's rows at any moment: status, counters and results are written together. */
export const ALWAYS = {
  counters: 'the counters of a run agree with its items',
  results: 'an item has its results if it is completed, and only then',
} as const

/** What must hold besides when a run has ended. */
export const WHEN_ENDED = {
  items: 'every item of a run that has ended has ended',
  epics: 'every card is in one of as many epics as the cards make',
  log: 'the log has the start and the end of every item',
} as const

/** @returns what does not hold of `ALWAYS`; an empty list where all does */
export function brokenAlways(state: RunState, workload: RowsOfAnswers): BrokenInvariant[] {
  const { run } = state
  const items = itemsOf(state, workload)
  const completed = items.filter(({ status }) => status === 'COMPLETED').length
  const failed = items.filter(({ status }) => status === 'FAILED').length
  const apart = items.find(({ status, rows, expected }) => rows !== (status === 'COMPLETED' ? expected : 0))
  return [
    ...(completed === run.completedItems && failed === run.failedItems
      ? []
      : [
          {
            invariant: ALWAYS.counters,
            detail: `${completed} items are completed and ${failed} failed, the run counts ${run.completedItems} and ${run.failedItems}`,
          },
        ]),
    ...(apart
      ? [
          {
            invariant: ALWAYS.results,
            detail: `${apart.label} is ${apart.status} and has ${apart.rows} rows`,
          },
        ]
      : []),
  ]
}

/** @returns what does not hold of `WHEN_ENDED` in a run that has ended; an empty list where all does */
export function brokenWhenEnded(
  state: RunState,
  workload: RowsOfAnswers & Pick<Workload, 'cardsPerEpic'>,
): BrokenInvariant[] {
  const items = itemsOf(state, workload)
  const open = items.find(({ status }) => OPEN_STATUSES.includes(status))
  const epics = Math.ceil(state.cards.length / workload.cardsPerEpic)
  const alone = state.cards.filter(({ epicId }) => epicId === null).length
  const lines = linesOf(state)
  const unlogged = items.find(({ label }) => !lines.get(label)?.started || !lines.get(label)?.ended)
  return [
    ...(open ? [{ invariant: WHEN_ENDED.items, detail: `${open.label} is ${open.status}` }] : []),
    ...(state.epics.length === epics && alone === 0
      ? []
      : [
          {
            invariant: WHEN_ENDED.epics,
            detail: `${state.cards.length} cards make ${epics} epics; there are ${state.epics.length}, and ${alone} cards are in none`,
          },
        ]),
    ...(unlogged
      ? [
          {
            invariant: WHEN_ENDED.log,
            detail: `${unlogged.label} is ${unlogged.status}, and a line of it is missing`,
          },
        ]
      : []),
  ]
}

/** Which lines the log has, by item. */
function linesOf(state: RunState): ReadonlyMap<string, { started: boolean; ended: boolean }> {
  const lines = new Map<string, { started: boolean; ended: boolean }>()
  for (const line of logOf(state)) {
    const end = line.indexOf(': ')
    const item = line.slice(0, end)
    const known = lines.get(item) ?? { started: false, ended: false }
    if (line.slice(end + 2) === 'started') known.started = true
    else known.ended = true
    lines.set(item, known)
  }
  return lines
}
