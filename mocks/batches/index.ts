export { MAX_BATCH_BYTES, parseBatchBody } from './batch-body.ts'
export type { BatchProcessing } from './batch-processing.ts'
export { resultLines } from './batch-results.ts'
export {
  type BatchRequest,
  describeBatch,
  endsMs,
  type StoredBatch,
  scheduled,
} from './message-batch.ts'
