export { formatDuration } from './format/duration.ts'
export { type GateReport, type GateRow, renderGateHtml } from './gate/render-gate-html.tsx'
export {
  renderTrendHtml,
  type Trend,
  type TrendChange,
  type TrendReport,
} from './history/render-trend-html.tsx'
export { renderHtml } from './html/render-html.tsx'
export { renderMarkdown } from './markdown/render-markdown.ts'
export { parseResult } from './parse-result.ts'
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
