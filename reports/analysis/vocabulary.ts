/**
 * The words of a report: what the result file's names are called, in the order in which they are shown.
 */
import type { LimitName, LowerBound, PhaseName, WaitCause } from '../result-schema.ts'

/** A phase, what it works on, and the writes that createMany batches in it. */
export interface PhaseWords {
  readonly phase: PhaseName
  readonly label: string
  readonly item: string
  readonly items: string
  readonly batchedShapes: readonly string[]
}

export const PHASES: readonly PhaseWords[] = [
  {
    phase: 'card-analysis',
    label: 'card analysis',
    item: 'upload',
    items: 'uploads',
    batchedShapes: ['INSERT Card'],
  },
  {
    phase: 'story-generation',
    label: 'story generation',
    item: 'epic',
    items: 'epics',
    batchedShapes: ['INSERT Story', 'INSERT RunStory'],
  },
  {
    phase: 'subtask-generation',
    label: 'subtask generation',
    item: 'story',
    items: 'stories',
    batchedShapes: ['INSERT Subtask'],
  },
]

export const WAIT_CAUSES: readonly { readonly cause: WaitCause; readonly label: string }[] = [
  { cause: 'pacing', label: 'pacing' },
  { cause: 'backoff', label: 'backoff' },
  { cause: 'governor', label: 'rate governor' },
  { cause: 'pool', label: 'connection pool' },
  { cause: 'lock', label: 'row locks' },
]

/** What binds a run at its lower bound, as a noun phrase. */
export const BINDING_LABELS = {
  'critical-path': 'the critical path',
  concurrency: 'concurrent requests',
  requests: 'requests per minute',
  'input-tokens': 'input tokens per minute',
  'output-tokens': 'output tokens per minute',
  tokens: 'tokens per minute',
} satisfies Record<LowerBound['binding'], string>

/** The label of a part of the lower bound; the part's own name where it is not one of the known. */
export function bindingLabel(part: string): string {
  return Object.hasOwn(BINDING_LABELS, part) ? BINDING_LABELS[part as keyof typeof BINDING_LABELS] : part
}

export const LIMIT_LABELS = {
  requests: 'requests per minute',
  'input-tokens': 'input tokens per minute',
  'output-tokens': 'output tokens per minute',
  tokens: 'tokens per minute',
  concurrent: 'requests under way',
} satisfies Record<LimitName, string>

export function limitLabel(limit: LimitName): string {
  return LIMIT_LABELS[limit]
}

/** `HTTP 529`, or `no answer` where none came. */
export function statusLabel(status: number): string {
  return status === 0 ? 'no answer' : `HTTP ${status}`
}
