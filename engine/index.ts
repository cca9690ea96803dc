export type { GovernorOptions } from './claude/open-governor.ts'
export { PACING, type PacingMode } from './claude/pacing.ts'
export type { PipelineShape } from './claude/prompts.ts'
export {
  createEngine,
  DEFAULT_BUDGET_MS,
  DEFAULT_LEASE_MS,
  DEFAULT_SHAPE,
  type Engine,
  type EngineOptions,
  type ProcessNextOptions,
  type Regeneration,
} from './engine.ts'
export { CallFailedError, LostClaimError, RunNotFoundError, RunStateError } from './errors.ts'
export type { EndStatus, EngineEvent, EventListener, InvocationOutcome, Phase } from './events.ts'
export {
  type AtomicLog,
  assertSafe,
  danger,
  type FlagName,
  type Flags,
  FlagsError,
  flagsSchema,
  formatFlags,
  parseFlags,
  TIER_FLAGS,
  type Tier,
} from './flags.ts'
export type { Clock, Random } from './ports.ts'
export { idleTransactionTimeoutMs } from './run/budget.ts'
export type { UploadInput } from './run/create-run.ts'
export type { OnRunOpened } from './run/on-run-opened.ts'
export type { LogLine, LogPage, RunResults, RunSummary } from './run/read-run.ts'
export { systemClock, systemRandom } from './system-clock.ts'
