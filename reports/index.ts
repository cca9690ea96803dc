export { formatDuration } from './format/duration.ts'
export { renderHtml } from './html/render-html.tsx'
export { renderMarkdown } from './markdown/render-markdown.ts'
export { parseResult } from './parse-result.ts'
export type {
  AttemptResult,
  BenchResult,
  CallResult,
  Check,
  LowerBound,
  ModeResult,
  PhaseName,
  PhaseResult,
  Repetition,
  ResultFlags,
  RoundTripGroup,
  ScenarioResult,
  UnboundedResult,
  VariantResult,
  WaitCause,
  WaitResult,
} from './result-schema.ts'
export { RESULT_SCHEMA_VERSION, resultSchema } from './result-schema.ts'
export { renderTerminal, type TerminalOptions } from './terminal/render-terminal.ts'
