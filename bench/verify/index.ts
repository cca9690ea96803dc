export { readGains } from './advice.ts'
export { explainSchedule } from './explain.ts'
export { HAZARDS, type Hazard, hazardOf, type Violation } from './hazards/index.ts'
export { Judge, type Judged } from './judge.ts'
export { readLowerTiers } from './lower-tiers.ts'
export { HAZARD_IDS, type HazardId, type SchedulePlan } from './plan.ts'
export { realChecks } from './real-checks.ts'
export { type Replayed, replay } from './replay.ts'
export { type RunState, readRunState } from './run-state.ts'
export { historyDigest, readSavedSchedule, type SavedSchedule, savedSchedule } from './saved-schedule.ts'
export { drawPlan, formatName, parseName, type ScheduleName, type Side, seedOf } from './schedule.ts'
export { shrink } from './shrink.ts'
export {
  ALWAYS,
  type BrokenInvariant,
  brokenAlways,
  brokenWhenEnded,
  type RowsOfAnswers,
  WHEN_ENDED,
} from './state-invariants.ts'
export { rolloutVerdict } from './verdict.ts'
export { MOST_SCHEDULES_OFF, type VerifySetting, verifyTier } from './verify.ts'
export { VerifyWorld } from './world.ts'
