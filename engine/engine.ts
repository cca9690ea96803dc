import { randomUUID } from 'node:crypto'
import type Anthropic from '@anthropic-ai/sdk'
import type { PrismaClient } from '../prisma/generated/client.ts'
import { Caller } from './claude/caller.ts'
import { assertGovernorOptions, type GovernorOptions, openGovernor } from './claude/open-governor.ts'
import type { PacingMode } from './claude/pacing.ts'
import type { PipelineShape } from './claude/prompts.ts'
import type { RateGovernor } from './claude/rate-governor.ts'
import { StoppedError } from './errors.ts'
import type { EventListener, Happening, InvocationOutcome } from './events.ts'
import { assertSafe, type Flags } from './flags.ts'
import type { Clock, Random } from './ports.ts'
import { AnswerDurations } from './run/answer-durations.ts'
import { Budget } from './run/budget.ts'
import { cancelRun } from './run/cancel-run.ts'
import type { NewId } from './run/context.ts'
import { createRun, type UploadInput } from './run/create-run.ts'
import type { OnRunOpened } from './run/on-run-opened.ts'
import { openInvocation } from './run/open-invocation.ts'
import { processNext } from './run/process-next.ts'
import {
  type LogPage,
  type RunResults,
  type RunSummary,
  readLog,
  readResults,
  readSummary,
} from './run/read-run.ts'
import { allOf, FAILED_PART, reopenRun } from './run/reopen-run.ts'
import { systemClock, systemRandom } from './system-clock.ts'

export interface EngineOptions {
  readonly db: PrismaClient
  /** Made with `maxRetries: 0`: retries are the engine's. */
  readonly claude: Anthropic
  /** @default the machine's */
  readonly clock?: Clock
  /** For jitter. @default not seeded */
  readonly random?: Random
  /** Of runs that are created without their own. */
  readonly flags: Flags
  /** Lets flags be combined that lose work, as `verify` does to show it. @default false */
  readonly allowUnsafe?: boolean
  readonly model: string
  /** @default 'normal' */
  readonly pacing?: PacingMode
  /** How many of each the prompts ask for. @default DEFAULT_SHAPE */
  readonly shape?: PipelineShape
  /** @default each engine by itself, at most 64 requests under way */
  readonly governor?: GovernorOptions
  /** What one invocation may use, ms. @default 300000 */
  readonly budgetMs?: number
  /** How long a claim holds that is not renewed, ms: after a crash, others wait so long. @default 60000 */
  readonly leaseMs?: number
  /** @default random UUIDs */
  readonly newId?: NewId
  /** @default nobody is told */
  readonly onRunOpened?: OnRunOpened
  /** @default none */
  readonly onEvent?: EventListener
}

export interface ProcessNextOptions {
  /** Ends the invocation: what is under way is given back, and its reason is thrown. */
  readonly signal?: AbortSignal
  /**
   * Where another invocation holds the run, help with the phase that it is in, instead of answering busy.
   * With `optimisticLocking` only. @default false
   */
  readonly join?: boolean
}

export interface Regeneration {
  /** The cards of a run are not regenerated: all that follows hangs on them, and a new run does it. */
  readonly phase: 'story-generation' | 'subtask-generation'
  /** What happens to the stories of an epic, or the subtasks of a story, that are there. */
  readonly existing: 'skip' | 'replace' | 'append'
}

export interface Engine {
  /**
   * Stores a run and its uploads, and stamps its flags on it: all work on it is done with them.
   * @returns the run's id
   * @throws FlagsError, RangeError without uploads
   */
  createRun(uploads: readonly UploadInput[], options?: { readonly flags?: Flags }): Promise<string>
  /**
   * One invocation: goes on with the run until it has ended or the budget is used up.
   * @throws RunNotFoundError
   */
  processNext(runId: string, options?: ProcessNextOptions): Promise<InvocationOutcome>
  /**
   * Ends a run that has not ended. What is under way for it is not written.
   * @throws RunNotFoundError, RunStateError where it has ended
   */
  cancel(runId: string): Promise<void>
  /**
   * Opens what failed or was cancelled again, and only that; process-next then goes on.
   * @throws RunNotFoundError, RunStateError where the run has not ended, or nothing of it failed
   */
  retry(runId: string): Promise<void>
  /**
   * Opens all items of a phase again, and what was cancelled of the others; process-next then goes on.
   * @throws RunNotFoundError, RunStateError where the run has not ended, or has no such items
   */
  regenerate(runId: string, regeneration: Regeneration): Promise<void>
  /** How the run stands. @throws RunNotFoundError */
  status(runId: string): Promise<RunSummary>
  /**
   * A part of the run's log, oldest line first.
   * @param options `after`: lines to leave out, @default 0; `take`: lines at most, @default 1000
   * @throws RunNotFoundError
   */
  log(runId: string, options?: { readonly after?: number; readonly take?: number }): Promise<LogPage>
  /** What the run has written so far. @throws RunNotFoundError */
  results(runId: string): Promise<RunResults>
}

export const DEFAULT_BUDGET_MS = 300_000
export const DEFAULT_LEASE_MS = 60_000
export const DEFAULT_SHAPE: PipelineShape = {
  cardsPerUpload: 6,
  cardsPerEpic: 3,
  storiesPerEpic: 8,
  subtasksPerStory: 5,
}

/**
 * The pipeline: upload → cards → epics → stories → subtasks.
 * @throws FlagsError where the flags are dangerous together and `allowUnsafe` is not set.
 * @throws RangeError where `claude` retries by itself, or an option of the governor is not usable.
 */
export function createEngine(options: EngineOptions): Engine {
  const allowUnsafe = options.allowUnsafe ?? false
  assertSafe(options.flags, allowUnsafe)
  if (options.claude.maxRetries !== 0) {
    throw new RangeError(
      `expected a client with maxRetries 0, got ${options.claude.maxRetries}: retries have one owner`,
    )
  }
  assertGovernorOptions(options.governor ?? {})
  const { db, claude, model, clock = systemClock, random = systemRandom } = options
  const { pacing = 'normal', shape = DEFAULT_SHAPE, onRunOpened } = options
  const { budgetMs = DEFAULT_BUDGET_MS, leaseMs = DEFAULT_LEASE_MS } = options
  const newId: NewId = options.newId ?? (() => randomUUID())
  const listener: EventListener = options.onEvent ?? (() => {})
  const durations = new AnswerDurations()
  const onEvent: EventListener = (event) => {
    if (event.type === 'attempt-ended' && event.status === 200) {
      durations.add(event.phase, event.at - event.startedAt)
    }
    listener(event)
  }
  const callerWith = (governor: RateGovernor | undefined) =>
    new Caller({ claude, model, governor, clock, random, onEvent })
  const paced = callerWith(undefined)
  let governed: Caller | undefined
  function callerFor(flags: Flags): Caller {
    if (!flags.rateGovernor) return paced
    // One governor for all runs of this engine: they share the key.
    const atOnce = Math.max(flags.parallelUploads, flags.parallelEpics)
    governed ??= callerWith(openGovernor(options.governor ?? {}, { db, clock, random, model }, atOnce))
    return governed
  }
  /** The invocations under way here, by run: cancelling it stops them at once. */
  const underWay = new Map<string, Set<AbortController>>()
  let runs = 0
  let invocations = 0

  async function invoke(runId: string, { signal, join = false }: ProcessNextOptions) {
    const origin = { runId, invocation: newId(`invocation:${runId}:${++invocations}`) }
    const emit = (happening: Happening) => onEvent({ ...happening, ...origin })
    emit({ type: 'invocation-started', at: clock.now() })
    const budget = new Budget(clock, budgetMs, durations)
    const stopping = new AbortController()
    const here = underWay.get(runId) ?? new Set()
    underWay.set(runId, here.add(stopping))
    const setting = {
      origin,
      db,
      clock,
      shape,
      budget,
      leaseMs,
      newId,
      stopping,
      signal,
    }
    try {
      const outcome = await processNext({
        db,
        runId,
        join,
        allowUnsafe,
        leaseMs,
        open: (run) => openInvocation({ ...setting, onEvent: emit, caller: callerFor(run.flags) }, run),
      })
      emit({ type: 'invocation-ended', outcome, at: clock.now() })
      return outcome
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      emit({ type: 'invocation-ended', outcome: { state: 'broken-off', error: message }, at: clock.now() })
      throw error
    } finally {
      budget.close()
      here.delete(stopping)
      if (here.size === 0) underWay.delete(runId)
    }
  }

  return {
    async createRun(uploads, { flags = options.flags } = {}) {
      assertSafe(flags, allowUnsafe)
      return createRun({ id: newId(`run:${++runs}`), db, clock, flags, pacing, newId, onRunOpened }, uploads)
    },
    processNext: (runId, processNextOptions = {}) => invoke(runId, processNextOptions),
    async cancel(runId) {
      // Only those: one that begins meanwhile may be of a run that was opened again.
      const before = [...(underWay.get(runId) ?? [])]
      await cancelRun(db, runId, new Date(clock.now()))
      for (const stopping of before) {
        stopping.abort(new StoppedError(`run ${runId} was cancelled`))
      }
    },
    retry: (runId) => reopenRun(db, runId, FAILED_PART, onRunOpened),
    regenerate: (runId, { phase, existing }) =>
      reopenRun(
        db,
        runId,
        allOf(phase === 'story-generation' ? 'epic' : 'story', EXISTING[existing]),
        onRunOpened,
      ),
    status: (runId) => readSummary(db, runId),
    log: (runId, { after = 0, take = 1_000 } = {}) => readLog(db, runId, after, take),
    results: (runId) => readResults(db, runId),
  }
}

const EXISTING = { skip: 'SKIP', replace: 'REPLACE', append: 'APPEND' } as const
