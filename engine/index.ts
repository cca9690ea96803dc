export { PACING, type PacingMode } from './claude/pacing.ts'
export type { PipelineShape } from './claude/prompts.ts'
export { createEngine, DEFAULT_BUDGET_MS, type Engine, type EngineOptions } from './engine.ts'
export { CallFailedError, LostClaimError, RunNotFoundError } from './errors.ts'
export type { EngineEvent, EventListener, InvocationOutcome, Phase } from './events.ts'
export {
  type AtomicLog,
  assertSafe,
  danger,
  type FlagName,
  type Flags,
  FlagsError,
  formatFlags,
  parseFlags,
  TIER_FLAGS,
  type Tier,
} from './flags.ts'
export type { Clock, Random } from './ports.ts'
export type { UploadInput } from './run/create-run.ts'
