import { setMaxListeners } from 'node:events'
import type { PrismaClient } from '../../prisma/generated/client.ts'
import type { Caller } from '../claude/caller.ts'
import { PACING } from '../claude/pacing.ts'
import type { PipelineShape } from '../claude/prompts.ts'
import type { EventOrigin, Happening } from '../events.ts'
import { ITEM_KINDS } from '../persistence/items.ts'
import type { StoredRun } from '../persistence/run-state.ts'
import type { Clock } from '../ports.ts'
import type { Budget } from './budget.ts'
import type { Invocation, NewId } from './context.ts'

export interface InvocationSetting {
  readonly origin: EventOrigin
  readonly db: PrismaClient
  readonly clock: Clock
  readonly shape: PipelineShape
  readonly caller: Caller
  readonly budget: Budget
  readonly leaseMs: number
  readonly newId: NewId
  readonly onEvent: (event: Happening) => void
  /** What the engine stops the invocation with. */
  readonly stopping: AbortController
  /** The caller's own. */
  readonly signal: AbortSignal | undefined
}

/** Puts together what an invocation works with, once its run has been read. */
export function openInvocation(setting: InvocationSetting, run: StoredRun): Invocation {
  const { flags, pacing, generation, existing } = run
  const { origin, clock, budget, leaseMs, onEvent, stopping } = setting
  const signals = [stopping.signal, budget.signal, ...(setting.signal ? [setting.signal] : [])]
  const signal = AbortSignal.any(signals)
  // Each call under way listens to it: more than the 10 at which Node suspects a leak.
  setMaxListeners(0, signal)
  let started = 0
  return {
    origin,
    runId: origin.runId,
    db: setting.db,
    clock,
    flags,
    pacing,
    generation,
    shape: setting.shape,
    caller: setting.caller,
    budget,
    existing,
    held: new Map(ITEM_KINDS.map((kind) => [kind, new Set<string>()])),
    lease: () => ({ owner: origin.invocation, expiresAt: new Date(clock.now() + leaseMs) }),
    newId: setting.newId,
    onEvent,
    signal,
    stop: (reason) => stopping.abort(reason),
    // The governor decides when a call may go; without it each slot pauses between its calls.
    async pace(phase, item, concurrency) {
      if (flags.rateGovernor || started++ < concurrency) return
      const from = clock.now()
      await clock.sleep(PACING[pacing].delayMs, signal)
      onEvent({ type: 'waited', cause: 'pacing', phase, item, from, at: clock.now() })
    },
  }
}
