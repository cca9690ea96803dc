export { type Arrival, openArrivals } from './arrival.ts'
export { parseDuration, parseRate } from './parse-quantity.ts'
export { constantStage, parseStages } from './stages.ts'
export { readTrace, type TraceArrivals, traceArrivals } from './trace-arrivals.ts'
