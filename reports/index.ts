export { type ContextSentence, contextSentences } from './analysis/context-sentences.ts'
export { renderCsv } from './csv/render-csv.ts'
export { formatDuration } from './format/duration.ts'
export { type GateResult, gateResultSchema } from './gate/gate-schema.ts'
export { renderHtml } from './html/render-html.tsx'
export { renderJunit } from './junit/render-junit.ts'
export { renderMarkdown } from './markdown/render-markdown.ts'
export { parseResult } from './parse-result.ts'
export type { ReportContext } from './report-context.ts'
export type {
  Ablation,
  AblationStep,
  AttemptResult,
  BenchResult,
  CallResult,
  Check,
  LimitName,
  LimitUseResult,
  LowerBound,
  ModeResult,
  PhaseName,
  PhaseResult,
  Repetition,
  ResultFlags,
  RoundTripGroup,
  RunPoint,
  ScalingCurve,
  ScalingPoint,
  ScenarioResult,
  TransactionGroup,
  UnboundedResult,
  VariantResult,
  WaitCause,
  WaitResult,
} from './result-schema.ts'
export { RESULT_SCHEMA_VERSION, resultSchema } from './result-schema.ts'
export { renderTerminal, type TerminalOptions } from './terminal/render-terminal.ts'
export { upperBound } from './verify/binomial-bound.ts'
export { renderVerifyHtml } from './verify/html/render-verify-html.tsx'
export { renderVerifyMarkdown } from './verify/render-verify-markdown.ts'
export { renderVerifyTerminal } from './verify/render-verify-terminal.ts'
export {
  type HazardResult,
  type LowerTier,
  type RealCheck,
  type RolloutAdvice,
  type TierGain,
  type Timeline,
  VERIFY_SCHEMA_VERSION,
  type VerifyFailure,
  type VerifyResult,
  type VerifySide,
  verifyResultSchema,
} from './verify/verify-schema.ts'
