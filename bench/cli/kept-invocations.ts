import type { Engine } from '../../engine/index.ts'

export interface KeptInvocations {
  readonly engine: Engine
  /** How many there are. */
  readonly underWay: number
  /** Resolves when no invocation is under way any more, answered or not. */
  idle(): Promise<void>
}

/** Keeps sight of invocations: one goes on when its client has gone, and must not outlive the database. */
export function keepInvocations(engine: Engine): KeptInvocations {
  const underWay = new Set<Promise<unknown>>()
  return {
    engine: {
      ...engine,
      processNext(runId, options) {
        const invocation = engine.processNext(runId, options)
        const forget = () => void underWay.delete(invocation)
        underWay.add(invocation)
        invocation.then(forget, forget)
        return invocation
      },
    },
    get underWay() {
      return underWay.size
    },
    async idle() {
      while (underWay.size > 0) await Promise.allSettled(underWay)
    },
  }
}
