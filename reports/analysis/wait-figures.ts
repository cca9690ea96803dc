import type { Repetition, WaitCause } from '../result-schema.ts'
import { WAIT_CAUSES } from './vocabulary.ts'

export interface WaitFigures {
  /** Sum over all tasks: with parallel slots it can exceed the duration. */
  readonly totalMs: number
  readonly exceedsDuration: boolean
  /** All causes, in a fixed order. */
  readonly causes: readonly {
    readonly cause: WaitCause
    readonly label: string
    readonly totalMs: number
    readonly count: number
  }[]
}

export function waitFigures(repetition: Repetition): WaitFigures {
  const causes = WAIT_CAUSES.map(({ cause, label }) => {
    const waits = repetition.waits.filter((wait) => wait.cause === cause)
    const totalMs = waits.reduce((sum, wait) => sum + (wait.endMs - wait.startMs), 0)
    return { cause, label, totalMs, count: waits.length }
  })
  const totalMs = causes.reduce((sum, cause) => sum + cause.totalMs, 0)
  return { totalMs, exceedsDuration: totalMs > repetition.durationMs, causes }
}
