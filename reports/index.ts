export type {
  AttemptResult,
  BenchResult,
  CallResult,
  LowerBound,
  ModeResult,
  PhaseName,
  PhaseResult,
  Repetition,
  ResultFlags,
  RoundTripGroup,
  ScenarioResult,
  WaitCause,
  WaitResult,
} from './result-schema.ts'
export { RESULT_SCHEMA_VERSION, resultSchema } from './result-schema.ts'
