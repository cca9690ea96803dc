import { randomUUID } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import type Anthropic from '@anthropic-ai/sdk'
import type { PrismaClient } from '../prisma/generated/client.ts'
import { Caller } from './claude/caller.ts'
import { PACING, type PacingMode } from './claude/pacing.ts'
import type { PipelineShape } from './claude/prompts.ts'
import { RateGovernor } from './claude/rate-governor.ts'
import type { EventListener, InvocationOutcome, Phase } from './events.ts'
import { assertSafe, type Flags } from './flags.ts'
import type { Clock, Random } from './ports.ts'
import { Budget } from './run/budget.ts'
import type { Invocation, NewId } from './run/context.ts'
import { createRun, type UploadInput } from './run/create-run.ts'
import { processNext } from './run/process-next.ts'

export interface EngineOptions {
  readonly db: PrismaClient
  /** Made with `maxRetries: 0`: retries are the engine's. */
  readonly claude: Anthropic
  readonly clock: Clock
  readonly random: Random
  readonly flags: Flags
  /** Lets flags be combined that lose work, as `verify` does to show it. @default false */
  readonly allowUnsafe?: boolean
  readonly model: string
  readonly pacing: PacingMode
  readonly shape: PipelineShape
  /** What one invocation may use, ms. @default 300000 */
  readonly budgetMs?: number
  /** @default random UUIDs */
  readonly newId?: NewId
  /** @default none */
  readonly onEvent?: EventListener
}

export interface Engine {
  /** Stores a run and its uploads. @returns the run's id */
  createRun(uploads: readonly UploadInput[]): Promise<string>
  /**
   * One invocation: goes on with the run until it has ended or the budget is used up.
   * @throws RunNotFoundError
   */
  processNext(runId: string, signal?: AbortSignal): Promise<InvocationOutcome>
}

export const DEFAULT_BUDGET_MS = 300_000
/** A lease outlives the invocation that holds it by this much, so that only a dead one loses it, ms. */
const LEASE_GRACE_MS = 30_000

/**
 * The pipeline: upload → cards → epics → stories → subtasks.
 * @throws FlagsError where the flags are dangerous together and `allowUnsafe` is not set.
 * @throws RangeError where `claude` retries by itself.
 */
export function createEngine(options: EngineOptions): Engine {
  assertSafe(options.flags, options.allowUnsafe ?? false)
  if (options.claude.maxRetries !== 0) {
    throw new RangeError(
      `expected a client with maxRetries 0, got ${options.claude.maxRetries}: retries have one owner`,
    )
  }
  const { db, clock, random, flags, pacing } = options
  const newId: NewId = options.newId ?? (() => randomUUID())
  const listener: EventListener = options.onEvent ?? (() => {})
  /** The longest answer of each phase so far, ms: what budgets are reckoned with. */
  const longest = new Map<Phase, number>()
  const onEvent: EventListener = (event) => {
    if (event.type === 'attempt-ended' && event.status === 200) {
      longest.set(event.phase, Math.max(event.at - event.startedAt, longest.get(event.phase) ?? 0))
    }
    listener(event)
  }
  const budgetMs = options.budgetMs ?? DEFAULT_BUDGET_MS
  const mostAtOnce = Math.max(flags.parallelUploads, flags.parallelEpics)
  const governor = flags.rateGovernor ? new RateGovernor(clock, random, mostAtOnce) : undefined
  const caller = new Caller({
    claude: options.claude,
    model: options.model,
    pacing,
    governor,
    clock,
    random,
    onEvent,
  })
  let runs = 0
  let invocations = 0

  function open(runId: string, signal: AbortSignal | undefined): Invocation {
    const id = newId(`invocation:${runId}:${++invocations}`)
    const budget = new Budget(clock, budgetMs, longest)
    const either = signal ? AbortSignal.any([signal, budget.signal]) : budget.signal
    // Each call under way listens to it: more than the 10 at which Node suspects a leak.
    setMaxListeners(0, either)
    let started = 0
    return {
      id,
      runId,
      db,
      clock,
      flags,
      shape: options.shape,
      caller,
      budget,
      lease: { owner: id, expiresAt: new Date(clock.now() + budgetMs + LEASE_GRACE_MS) },
      newId,
      onEvent,
      signal: either,
      // The governor decides when a call may go; without it each slot pauses between its calls.
      async pace(phase, concurrency) {
        if (governor || started++ < concurrency) return
        const from = clock.now()
        await clock.sleep(PACING[pacing].delayMs, either)
        onEvent({ type: 'waited', cause: 'pacing', phase, from, at: clock.now() })
      },
    }
  }

  return {
    createRun: (uploads) =>
      createRun({ id: newId(`run:${++runs}`), db, clock, flags, pacing, newId }, uploads),
    async processNext(runId, signal) {
      const invocation = open(runId, signal)
      onEvent({ type: 'invocation-started', runId, invocation: invocation.id, at: clock.now() })
      const outcome = await processNext(invocation).finally(() => invocation.budget.close())
      onEvent({ type: 'invocation-ended', runId, invocation: invocation.id, outcome, at: clock.now() })
      return outcome
    },
  }
}
