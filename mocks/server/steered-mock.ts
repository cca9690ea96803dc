import { z } from 'zod'
import { type ClaudeMock, createClaudeMock } from '../claude-mock.ts'
import { type Fault, faultsSchema } from '../faults/index.ts'
import type { ClaudeMockOptions } from '../options.ts'

/** A mock that can be changed while it serves. */
export interface SteeredMock {
  readonly current: ClaudeMock
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
    reset() {
      current = createClaudeMock({ ...options, faults: current.faults.faults })
    },
    setFaults(faults) {
      const parsed = faultsSchema.safeParse(faults)
      if (!parsed.success) return { problem: z.prettifyError(parsed.error) }
      current.faults.replace(parsed.data as readonly Fault[])
      return undefined
    },
  }
}
