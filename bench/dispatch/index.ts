export type { BrokenOff } from './broken-off.ts'
export { continueRuns } from './continue-runs.ts'
export { openRunQueue, type RunQueue } from './run-queue.ts'
export { workOnJobs } from './work-on-jobs.ts'
