export {
  constantStage,
  openArrivals,
  parseDuration,
  parseRate,
  parseStages,
  readTrace,
  traceArrivals,
} from './arrivals/index.ts'
export { assertTargetAnswers } from './assert-target-answers.ts'
export { findLimit, type SearchPlan } from './find-limit.ts'
export {
  ApiClient,
  type ClosedArrivals,
  type ConnectionsOptions,
  LONGEST_TIMER_MS,
  LoadRecorder,
  prepareBodies,
  ROUTES,
  startInTurn,
  startOnConnections,
  startWhenDue,
  useOnce,
} from './generate/index.ts'
export {
  type ArrivalPlan,
  arrivalsEndMs,
  type LoadMode,
  type LoadPlan,
  type LoadTarget,
} from './load-plan.ts'
export { type LoadProgress, runLoad } from './run-load.ts'
export { parseThreshold } from './thresholds/index.ts'
