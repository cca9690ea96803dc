import type { MessageBatchIndividualResponse } from '@anthropic-ai/sdk/resources/messages/batches'
import { contentOf, writeAnswer } from '../answer.ts'
import { type ApiError, errorBody } from '../errors.ts'
import { inputTokensOf } from '../input-tokens.ts'
import type { ResolvedOptions } from '../options.ts'
import { hashOf, identifier } from '../random.ts'
import { type BatchItem, outcomeOf, type StoredBatch } from './message-batch.ts'

/** One line of JSON for each request of a batch that has ended, in the order in which they ended. */
export function resultLines(options: ResolvedOptions, batch: StoredBatch): string {
  return batch.items
    .toSorted((a, b) => a.endMs - b.endMs)
    .map((item) => `${JSON.stringify(individual(options, batch, item))}\n`)
    .join('')
}

function individual(
  options: ResolvedOptions,
  batch: StoredBatch,
  item: BatchItem,
): MessageBatchIndividualResponse {
  return { custom_id: item.customId, result: resultOf(options, batch, item) }
}

/** The content is that which the request would get by itself. */
function resultOf(
  options: ResolvedOptions,
  batch: StoredBatch,
  item: BatchItem,
): MessageBatchIndividualResponse['result'] {
  const type = outcomeOf(item, batch)
  if (type === 'canceled' || type === 'expired') return { type }
  if ('error' in item.params) return errored(item.params.error)
  const { body } = item.params
  const answer = writeAnswer(options, body, hashOf(contentOf(body)), {
    id: identifier('msg', options.seed, batch.id, item.customId),
    inputTokens: inputTokensOf(body),
    serviceTier: 'batch',
  })
  return 'error' in answer ? errored(answer.error) : { type: 'succeeded', message: answer.message }
}

function errored(error: ApiError): MessageBatchIndividualResponse['result'] {
  return { type: 'errored', error: { ...JSON.parse(errorBody(error, '')), request_id: null } }
}
