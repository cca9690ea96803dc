export { type CompanionSentence, companionSentences } from './analysis/companion-sentences.ts'
export {
  type Comparison,
  compareResults,
  hasChanges,
} from './analysis/comparison.ts'
export type { NamedResult } from './analysis/named-result.ts'
export { type IndexedResult, indexResults, type ResultIndex } from './analysis/result-index.ts'
export { renderComparisonCsv } from './csv/render-comparison-csv.ts'
export { renderCsv } from './csv/render-csv.ts'
export { formatDuration } from './format/duration.ts'
export { formatPercent } from './format/number.ts'
export type { GateResult } from './gate/gate-schema.ts'
export { type GateReport, type GateRow, renderGateHtml } from './gate/render-gate-html.tsx'
export {
  renderTrendHtml,
  type Trend,
  type TrendChange,
  type TrendDrift,
  type TrendReport,
} from './history/render-trend-html.tsx'
export { renderComparisonHtml } from './html/compare-page.tsx'
export { renderIndexHtml } from './html/index-page.tsx'
export { type Companions, renderHtml } from './html/render-html.tsx'
export { renderJunit } from './junit/render-junit.ts'
export { renderLoadHtml } from './load/html/render-load-html.tsx'
export {
  type CallsResult,
  type Disturbance,
  type GeneratorResult,
  type InvariantResult,
  type Knee,
  type KneePoint,
  type LatencyResult,
  LOAD_SCHEMA_VERSION,
  type Load,
  type LoadArrivals,
  type LoadError,
  type LoadResult,
  type LoadSetting,
  type LoadStage,
  type LoggedError,
  loadResultSchema,
  type ProxiedRoundTrips,
  type RouteResult,
  type RunCounts,
  type StatementsResult,
  type ThresholdResult,
} from './load/load-schema.ts'
export type {
  BucketLatency,
  DatabaseSample,
  LoadBucket,
  MachineResult,
  ProcessResult,
  ProcessSample,
} from './load/load-series-schema.ts'
export { isInVain } from './load/load-tables.ts'
export { renderLoadMarkdown } from './load/render-load-markdown.ts'
export { renderLoadTerminal } from './load/render-load-terminal.ts'
export { renderComparisonMarkdown, renderIndexMarkdown } from './markdown/render-comparison-markdown.ts'
export { renderMarkdown } from './markdown/render-markdown.ts'
export { parseGateResult, parseVerifyResult } from './parse-companions.ts'
export { parseLoadResult, parseResult } from './parse-result.ts'
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
export { renderComparisonTerminal, renderIndexTerminal } from './terminal/render-comparison-terminal.ts'
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
