import type { MessageBatch, MessageBatchResult } from '@anthropic-ai/sdk/resources/messages/batches'
import type { MessagesBody } from '../body-schemas.ts'
import type { ApiError } from '../errors.ts'
import { randomAbout } from '../random.ts'
import { BATCH_LIFE_MS, type BatchProcessing, CANCEL_MS, RESULTS_LIFE_MS } from './batch-processing.ts'

/** A request of a batch, as it was sent. */
export interface BatchRequest {
  readonly customId: string
  /** What is wrong with the params is said by the result, not when the batch is created. */
  readonly params: { readonly body: MessagesBody } | { readonly error: ApiError }
}

/** A request of a batch and when it is processed. */
export interface BatchItem extends BatchRequest {
  readonly startMs: number
  readonly endMs: number
}

/** A batch. What state it is in follows from the time: nothing runs. */
export interface StoredBatch {
  readonly id: string
  readonly createdMs: number
  readonly items: readonly BatchItem[]
  readonly cancelledMs: number | undefined
}

/** Gives each request its time: in order, at most `parallel` at once. */
export function scheduled(
  requests: readonly BatchRequest[],
  processing: BatchProcessing,
  createdMs: number,
  about: readonly unknown[],
): readonly BatchItem[] {
  const freeAt = Array.from({ length: processing.parallel }, () => createdMs + processing.queueMs)
  return requests.map((request) => {
    const lane = freeAt.indexOf(Math.min(...freeAt))
    const startMs = freeAt[lane] ?? createdMs
    const random = randomAbout('batch-item', ...about, request.customId)
    const takesMs =
      'error' in request.params ? 0 : processing.itemMs * Math.exp(processing.sigma * random.normal())
    const endMs = startMs + Math.round(takesMs)
    freeAt[lane] = endMs
    return { ...request, startMs, endMs }
  })
}

export type Outcome = MessageBatchResult['type']

export function outcomeOf(item: BatchItem, batch: StoredBatch): Outcome {
  // What has begun is brought to its end.
  if (batch.cancelledMs !== undefined && item.startMs >= batch.cancelledMs) return 'canceled'
  if (item.endMs > batch.createdMs + BATCH_LIFE_MS) return 'expired'
  return 'error' in item.params ? 'errored' : 'succeeded'
}

export function endsMs(batch: StoredBatch): number {
  const { cancelledMs, createdMs, items } = batch
  let lastMs = cancelledMs === undefined ? createdMs : cancelledMs + CANCEL_MS
  for (const item of items) {
    if (cancelledMs === undefined || item.startMs < cancelledMs) lastMs = Math.max(lastMs, item.endMs)
  }
  return Math.min(lastMs, createdMs + BATCH_LIFE_MS)
}

/** @param baseUrl Where the client reaches the API: the results are there. */
export function describeBatch(batch: StoredBatch, nowMs: number, baseUrl: string): MessageBatch {
  const ended = nowMs >= endsMs(batch)
  const archivedMs = batch.createdMs + RESULTS_LIFE_MS
  const archived = nowMs >= archivedMs
  const cancelling = batch.cancelledMs === undefined ? 'in_progress' : 'canceling'
  return {
    id: batch.id,
    type: 'message_batch',
    processing_status: ended ? 'ended' : cancelling,
    request_counts: requestCounts(batch, ended),
    created_at: rfc3339(batch.createdMs),
    expires_at: rfc3339(batch.createdMs + BATCH_LIFE_MS),
    ended_at: ended ? rfc3339(endsMs(batch)) : null,
    cancel_initiated_at: batch.cancelledMs === undefined ? null : rfc3339(batch.cancelledMs),
    archived_at: archived ? rfc3339(archivedMs) : null,
    results_url: ended && !archived ? `${baseUrl}/v1/messages/batches/${batch.id}/results` : null,
  }
}

/** As long as a batch is processed, all its requests count as processing. */
function requestCounts(batch: StoredBatch, ended: boolean): MessageBatch['request_counts'] {
  const counts = { processing: 0, succeeded: 0, errored: 0, canceled: 0, expired: 0 }
  for (const item of batch.items) counts[ended ? outcomeOf(item, batch) : 'processing'] += 1
  return counts
}

function rfc3339(ms: number): string {
  return new Date(ms).toISOString()
}
