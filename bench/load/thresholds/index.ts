export { judgeThreshold } from './judge-threshold.ts'
export { parseThreshold, type Threshold } from './parse-threshold.ts'
