export { measureCommit, resolveCommit } from './base-commit.ts'
export { type Baseline, baselineSchema, failuresIn, readBaseline } from './baseline.ts'
export { type Budgets, readBudgets } from './budgets.ts'
export { changedFiles, inTreeOf, ROOT } from './commit-tree.ts'
export { type Comparison, compare, type GateOutcome, incomparable } from './compare.ts'
export { PROBE_NAMES, type ProbeName } from './exact-metrics.ts'
export { type Measured, measure, measureOn, whole } from './measure.ts'
export type { MeasurePlan } from './part.ts'
export {
  COMMENT_MARKER,
  type GateContext,
  renderAnnotations,
  renderHtmlPage,
  renderJunit,
  renderMarkdown,
  renderText,
} from './render.ts'
export { type Measuring, startMeasuring } from './start-measuring.ts'
export {
  appendTrial,
  baseSide,
  type CostComparison,
  headSide,
  measureCosts,
  type Quality,
  qualityLine,
  qualityOf,
  readTrials,
  renderCostMarkdown,
  renderCostText,
  type Thresholds,
  trialOf,
} from './statistics/index.ts'
