/** What each slot of a run did when: calls, attempts, waits, laid out without overlaps. */
import type { AttemptResult, PhaseName, Repetition, WaitCause } from '../result-schema.ts'

/** `call`: under way, whatever happens in it. A phase: an attempt of it that was answered with 200. */
export type BarKind = PhaseName | WaitCause | 'call' | '429' | 'error'

/** In the order in which they are packed: a bar's kind is its index here. */
export const BAR_KINDS: readonly BarKind[] = [
  'call',
  'card-analysis',
  'story-generation',
  'subtask-generation',
  '429',
  'error',
  'pacing',
  'backoff',
  'governor',
  'pool',
  'lock',
]

const RANKS = Object.fromEntries(BAR_KINDS.map((kind, rank) => [kind, rank])) as Record<BarKind, number>

export interface TimelineBar {
  readonly kind: BarKind
  /** Index into `items`; -1 where it is not of one item. */
  readonly item: number
  readonly startMs: number
  readonly endMs: number
}

export interface TimelineLane {
  readonly label: string
  /** By start; a call before what happens in it. */
  readonly bars: readonly TimelineBar[]
  readonly calls: number
  readonly attempts: number
  readonly rateLimited: number
  /** Attempts answered with 200, ms. */
  readonly answeringMs: number
  /** All causes, ms. */
  readonly waitingMs: number
}

export interface Timeline {
  readonly durationMs: number
  readonly items: readonly string[]
  readonly lanes: readonly TimelineLane[]
  readonly invocations: Repetition['invocations']
}

/** An item in one invocation: what occupies a slot. */
interface Task {
  readonly item: string
  startMs: number
  endMs: number
  readonly bars: { readonly kind: BarKind; readonly startMs: number; readonly endMs: number }[]
}

/** An item's end and the next one's start may be the same moment, told apart by rounding alone, ms. */
const TOLERANCE_MS = 0.01
const OF_NO_ITEM = 'not of one item'

/**
 * Slots are not in the result: they are had by giving each item, in order of its start, the first slot that
 * is free. What cannot be told to belong to an item has a lane of its own, where bars may overlap.
 */
export function timelineOf(repetition: Repetition): Timeline {
  const { tasks, loose } = tasksOf(repetition)
  const items = new Map<string, number>()
  for (const { item } of tasks) if (!items.has(item)) items.set(item, items.size)
  const slots: { endMs: number; readonly tasks: Task[] }[] = []
  for (const task of tasks) {
    const free = slots.find((slot) => slot.endMs <= task.startMs + TOLERANCE_MS)
    if (free === undefined) slots.push({ endMs: task.endMs, tasks: [task] })
    else {
      free.endMs = task.endMs
      free.tasks.push(task)
    }
  }
  const lanes = slots.map((slot, index) => laneOf(`slot ${index + 1}`, slot.tasks, items))
  if (loose.bars.length > 0) lanes.push(laneOf(OF_NO_ITEM, [loose], items))
  return {
    durationMs: repetition.durationMs,
    items: [...items.keys()],
    lanes,
    invocations: repetition.invocations,
  }
}

function tasksOf({ calls, attempts, waits, invocations }: Repetition) {
  const tasks = new Map<string, Task>()
  const loose: Task = { item: OF_NO_ITEM, startMs: 0, endMs: 0, bars: [] }
  const taskOf = (item: string | null, startMs: number, endMs: number): Task => {
    if (item === null) return loose
    const key = `${invocationAt(invocations, startMs)} ${item}`
    const known = tasks.get(key)
    if (known === undefined) {
      const task: Task = { item, startMs, endMs, bars: [] }
      tasks.set(key, task)
      return task
    }
    known.startMs = Math.min(known.startMs, startMs)
    known.endMs = Math.max(known.endMs, endMs)
    return known
  }
  const itemOfCall = new Map(calls.map((call) => [call.id, call.item]))
  for (const { item, startMs, endMs } of calls) {
    const task = taskOf(item, startMs, endMs)
    task.bars.push({ kind: 'call', startMs, endMs })
  }
  for (const attempt of attempts) {
    const { startMs, endMs } = attempt
    taskOf(itemOfCall.get(attempt.call) ?? null, startMs, endMs).bars.push({
      kind: kindOf(attempt),
      startMs,
      endMs,
    })
  }
  for (const { item, cause, startMs, endMs } of waits) {
    taskOf(item, startMs, endMs).bars.push({ kind: cause, startMs, endMs })
  }
  return { tasks: [...tasks.values()].sort((a, b) => a.startMs - b.startMs), loose }
}

function kindOf({ status, phase }: AttemptResult): BarKind {
  if (status === 200) return phase
  return status === 429 ? '429' : 'error'
}

/** Index of the invocation under way at a time; the last that had begun where it lies between two. */
function invocationAt(invocations: Repetition['invocations'], ms: number): number {
  let [low, high] = [0, invocations.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((invocations[middle]?.startMs ?? 0) <= ms) low = middle + 1
    else high = middle
  }
  return low
}

function laneOf(label: string, tasks: readonly Task[], items: ReadonlyMap<string, number>): TimelineLane {
  const bars: TimelineBar[] = []
  // One by one: a lane of a large run has more bars than a call takes arguments.
  for (const task of tasks) {
    const item = items.get(task.item) ?? -1
    for (const { kind, startMs, endMs } of task.bars) bars.push({ kind, item, startMs, endMs })
  }
  bars.sort((a, b) => a.startMs - b.startMs || RANKS[a.kind] - RANKS[b.kind])
  const lane = { calls: 0, attempts: 0, rateLimited: 0, answeringMs: 0, waitingMs: 0 }
  for (const { kind, startMs, endMs } of bars) {
    const rank = RANKS[kind]
    if (rank === RANKS.call) lane.calls += 1
    else if (rank > RANKS.error) lane.waitingMs += endMs - startMs
    else {
      lane.attempts += 1
      if (rank === RANKS[429]) lane.rateLimited += 1
      else if (rank !== RANKS.error) lane.answeringMs += endMs - startMs
    }
  }
  return { label, bars, ...lane }
}
