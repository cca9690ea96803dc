import { type ClaudeMock, createClaudeMock } from '../claude-mock.ts'
import type { Fault } from '../faults.ts'
import type { ClaudeMockOptions } from '../options.ts'

/** A mock that can be changed while it serves. */
export interface SteeredMock {
  readonly current: ClaudeMock
  readonly faults: readonly Fault[]
  /** Journal, buckets and counters start anew, under the same faults; what is under way ends as it began. */
  reset(): void
  /** As reset, under these faults. Throws, and changes nothing, when one is not right. */
  setFaults(faults: readonly Fault[]): void
}

export function createSteeredMock(options: ClaudeMockOptions): SteeredMock {
  let faults = options.faults ?? []
  let current = createClaudeMock(options)
  const setFaults = (next: readonly Fault[]) => {
    current = createClaudeMock({ ...options, faults: next })
    faults = next
  }
  return {
    get current() {
      return current
    },
    get faults() {
      return faults
    },
    reset: () => setFaults(faults),
    setFaults,
  }
}
