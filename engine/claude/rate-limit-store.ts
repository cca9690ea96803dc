import { type Change, type RateLimitState, unknownLimits } from './rate-limit-state.ts'

/** Where the state of a key's limits is kept. */
export interface RateLimitStore {
  /** Others change it too, and do not say so. */
  readonly shared: boolean
  /** The state as it was last seen; costs nothing. */
  readonly seen: RateLimitState
  /** Changes it as one step. `change` may be called again, on a newer state, when another was faster. */
  update<T>(change: (state: RateLimitState) => Change<T>): Promise<T>
}

/** For one process by itself: no round trips. @param window Requests under way to start with. */
export class RateLimitMemory implements RateLimitStore {
  readonly shared = false
  seen: RateLimitState

  constructor(window: number) {
    this.seen = unknownLimits(window)
  }

  async update<T>(change: (state: RateLimitState) => Change<T>): Promise<T> {
    const { state, result } = change(this.seen)
    this.seen = state
    return result
  }
}
