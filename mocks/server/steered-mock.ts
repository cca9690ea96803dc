import { type ClaudeMock, createClaudeMock } from '../claude-mock.ts'
import { type Fault, faultsSchema } from '../faults/index.ts'
import { type ClaudeMockOptions, optionsProblem } from '../options.ts'
import { problemLine } from '../problem-line.ts'

/** A mock that can be changed while it serves. */
export interface SteeredMock {
  readonly current: ClaudeMock
  /** The mock's time, ms since the Unix epoch, and how many times as fast as the clients' it runs. */
  clock(): { readonly now: number; readonly timeScale: number }
  /** Journal, buckets and counters start anew, under the same faults; what is under way ends as it began. */
  reset(): void
  /**
   * Puts these faults in force, from the next request on, and counts requests for them from 1.
   * @returns what is wrong with them, in which case nothing has changed.
   */
  setFaults(faults: unknown): { readonly problem: string } | undefined
}

export function createSteeredMock(options: ClaudeMockOptions): SteeredMock {
  let current = createClaudeMock(options)
  return {
    get current() {
      return current
    },
    clock: () => ({ now: options.clock.now(), timeScale: options.timeScale ?? 1 }),
    reset() {
      current = createClaudeMock({ ...options, faults: current.faults.faults })
    },
    setFaults(faults) {
      const parsed = faultsSchema.safeParse(faults)
      if (!parsed.success) return { problem: problemLine(parsed.error) }
      const list = parsed.data as readonly Fault[]
      const problem = optionsProblem({ ...options, faults: list })
      if (problem !== undefined) return { problem }
      current.faults.replace(list)
      return undefined
    },
  }
}
