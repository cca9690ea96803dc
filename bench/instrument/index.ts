export { instrumentFetch } from './claude.ts'
export type { RoundTrip } from './database.ts'
export { LimitMeter } from './limit-meter.ts'
export { LockMonitor } from './lock-monitor.ts'
export { type MeasuredDatabase, openMeasuredDatabase } from './measured-database.ts'
export { singleStatement, statementInTransaction } from './measured-statement.ts'
export { override } from './override.ts'
export { Recorder } from './recorder.ts'
export { roundMs } from './round-ms.ts'
export {
  readServerTimes,
  SERVER_TIMES_FILE,
  type ServerTimes,
  type StatementTime,
  serverTimeMs,
} from './server-times.ts'
export { statementShape } from './statement-shape.ts'
