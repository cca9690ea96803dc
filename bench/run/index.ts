export { type BenchPlan, type BenchProgress, countRuns, type RunTimes, runBench } from './bench.ts'
export { calibrate } from './calibrate.ts'
export { checkScenario, type Measured } from './checks.ts'
export { costUsd, PRICES } from './cost.ts'
export { type Documents, generateDocuments, readDocuments } from './documents.ts'
export {
  includesVariants,
  MODE_NAMES,
  type Mode,
  type ModeRequest,
  modeOfTier,
  modeOfVariant,
  resolveModes,
} from './modes.ts'
export { modelledParts, ownVersion, readEnvironment, readGit, readMachine } from './provenance.ts'
export { BrokenRunError, type FinishedRun, type RunSetting, runOnce } from './run-once.ts'
export { concurrentSubjects, type Growth } from './scaling.ts'
export { seededId, seededNumber } from './seeded.ts'
export { UsageError } from './usage-error.ts'
export { type Agreement, CONCURRENCIES, TOLERANCE, type Validation, validate } from './validate.ts'
