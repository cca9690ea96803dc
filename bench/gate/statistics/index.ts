export { type CostComparison, PAIRS } from './compare-costs.ts'
export { measureCosts } from './measure-costs.ts'
export {
  STATISTICAL_METRIC_NAMES,
  type StatisticalMetricName,
  type Thresholds,
  thresholdsSchema,
} from './metrics.ts'
export { appendTrial, type Quality, qualityOf, readTrials, trialOf } from './quality.ts'
export {
  addCostSuite,
  costNotes,
  costSentence,
  qualityLine,
  renderCostMarkdown,
  renderCostText,
} from './render.ts'
export { baseSide, headSide } from './sides.ts'
