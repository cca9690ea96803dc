import type { EngineEvent } from '../../../engine/index.ts'
import type { Workload } from '../plan.ts'
import type { ExecutedSchedule, HistoryEvent } from '../run-schedule.ts'
import type { ItemStatus, RunState } from '../run-state.ts'

/** An item, how far it is, and how many rows it holds. */
export interface ItemHolding {
  /** E.g. `upload 1`: as events name it. */
  readonly label: string
  readonly status: ItemStatus
  readonly error: string | null
  readonly rows: number
  /** Rows of one answer. */
  readonly expected: number
}

/** All items of a run, in order. */
export function itemsOf(
  state: RunState,
  workload: Pick<Workload, 'cardsPerUpload' | 'storiesPerEpic' | 'subtasksPerStory'>,
): ItemHolding[] {
  const { uploads, cards, epics, stories, storyStates, subtasks } = state
  const count = <Row>(rows: readonly Row[], holds: (row: Row) => boolean) => rows.filter(holds).length
  return [
    ...uploads.map(({ id, position, status, error }) => ({
      label: `upload ${position + 1}`,
      status,
      error,
      rows: count(cards, (card) => card.uploadId === id),
      expected: workload.cardsPerUpload,
    })),
    ...epics.map(({ id, position, status, error }) => ({
      label: `epic ${position + 1}`,
      status,
      error,
      rows: count(stories, (story) => story.epicId === id),
      expected: workload.storiesPerEpic,
    })),
    ...storyStates.map(({ storyId, epicPosition, position, status, error }) => ({
      label: `story ${epicPosition + 1}.${position + 1}`,
      status,
      error,
      rows: count(subtasks, (subtask) => subtask.storyId === storyId),
      expected: workload.subtasksPerStory,
    })),
  ]
}

export const OPEN_STATUSES: readonly ItemStatus[] = ['PENDING', 'RESERVED', 'GENERATING']

type EventOf<Type extends EngineEvent['type']> = HistoryEvent & {
  readonly event: Extract<EngineEvent, { readonly type: Type }>
}

/** The events of one kind of one run. */
export function eventsOf<Type extends EngineEvent['type']>(
  { events }: ExecutedSchedule,
  runId: string,
  type: Type,
): EventOf<Type>[] {
  return events.filter(
    (entry): entry is EventOf<Type> => entry.event.type === type && entry.event.runId === runId,
  )
}

/** Groups by what a function says of each. */
export function groupBy<T>(list: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of list) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one])
  return groups
}
