import type { Timeline } from '../../reports/index.ts'
import type { SavedSchedule } from './saved-schedule.ts'
import type { ScheduleName } from './schedule.ts'

/** To a worker process. */
export type ToWorker =
  | { readonly type: 'open'; readonly url: string }
  | { readonly type: 'judge'; readonly id: number; readonly names: readonly ScheduleName[] }
  | { readonly type: 'shrink'; readonly id: number; readonly name: ScheduleName; readonly tries: number }

/** What became of a schedule. */
export interface ScheduleOutcome {
  readonly name: ScheduleName
  readonly invariants: readonly string[]
  /** Why it came to no end. */
  readonly broken?: string
}

/** A failing schedule, made smaller and explained. */
export interface ShrunkFailure {
  readonly saved: SavedSchedule
  readonly steps: number
  readonly stepsShrunk: number
  readonly explanation: readonly string[]
  readonly timeline: Timeline
}

/** From a worker process. */
export type FromWorker =
  | { readonly type: 'opened' }
  | { readonly type: 'judged'; readonly id: number; readonly outcomes: readonly ScheduleOutcome[] }
  | { readonly type: 'shrunk'; readonly id: number; readonly failure: ShrunkFailure }
  | { readonly type: 'failed'; readonly id: number; readonly message: string }
