import { type HttpHandler, http } from 'msw'
import { contentOf } from '../answer.ts'
import {
  type BatchRequest,
  describeBatch,
  endsMs,
  MAX_BATCH_BYTES,
  parseBatchBody,
  resultLines,
  type StoredBatch,
  scheduled,
} from '../batches/index.ts'
import { answeredFree, answeredWithText, type Decision, rejected } from '../decision.ts'
import type { Endpoint } from '../endpoint.ts'
import { type ApiError, invalidRequest } from '../errors.ts'
import { handleRequest } from '../handle-request.ts'
import type { MockState } from '../mock-state.ts'
import { pageOf } from '../page.ts'
import { identifier } from '../random.ts'

/** `/v1/messages/batches`: all its routes, over one store of batches. */
export function batchesHandlers(state: MockState): HttpHandler[] {
  const { options } = state
  const { clock, rejectMs, seed } = options
  const base = `${options.baseUrl}/v1/messages/batches`
  /** By id, in the order of creation. */
  const batches = new Map<string, StoredBatch>()

  const describe = (batch: StoredBatch, request: Request) =>
    describeBatch(batch, clock.now(), originSeenBy(request))

  /** An endpoint for one batch. */
  const forBatch = (
    request: Request,
    id: string,
    decide: (batch: StoredBatch, now: number) => Decision,
  ): Promise<Response> => {
    const endpoint: Endpoint<StoredBatch> = {
      name: 'batches',
      parse() {
        const batch = batches.get(id)
        return batch === undefined
          ? { error: { type: 'not_found_error', message: `Message batch ${id} not found` } }
          : { body: batch }
      },
      content: () => ['batches', request.method, new URL(request.url).pathname],
      decide: (batch) => decide(batch, clock.now()),
    }
    return handleRequest(state, request, endpoint)
  }

  const refuse = (error: ApiError) => rejected(error, `check:${error.type}`, rejectMs)

  const create = (request: Request): Endpoint<readonly BatchRequest[]> => ({
    name: 'batches',
    maxBodyBytes: MAX_BATCH_BYTES,
    parse: (text, version) => parseBatchBody(text, { version, models: options.models }),
    content: (requests) => ['batches', requests.map(itemContent)],
    instructions: (requests) => requests,
    decide(requests, { requestHash, drawHash, attempt }) {
      const id = identifier('msgbatch', seed, requestHash, attempt)
      const createdMs = clock.now()
      const items = scheduled(requests, options.batches, createdMs, [seed, drawHash])
      const batch: StoredBatch = { id, createdMs, items, cancelledMs: undefined }
      batches.set(id, batch)
      return answeredFree(describe(batch, request), rejectMs)
    },
  })

  const list = (request: Request): Endpoint<unknown> => ({
    name: 'batches',
    parse() {
      const newestFirst = [...batches.values()].reverse()
      const found = pageOf(newestFirst, new URL(request.url).searchParams)
      if ('error' in found) return found
      return { body: { ...found.page, data: found.page.data.map((batch) => describe(batch, request)) } }
    },
    content: () => ['batches', 'list', new URL(request.url).search],
    decide: (page) => answeredFree(page, rejectMs),
  })

  return [
    http.post(base, ({ request }) => handleRequest(state, request, create(request))),
    http.get(base, ({ request }) => handleRequest(state, request, list(request))),
    http.get(`${base}/:id`, ({ request, params }) =>
      forBatch(request, String(params.id), (batch) => answeredFree(describe(batch, request), rejectMs)),
    ),
    http.delete(`${base}/:id`, ({ request, params }) =>
      forBatch(request, String(params.id), (batch, now) => {
        if (now < endsMs(batch)) {
          return refuse(invalidRequest(`Message batch ${batch.id} is being processed: cancel it first`))
        }
        batches.delete(batch.id)
        return answeredFree({ id: batch.id, type: 'message_batch_deleted' }, rejectMs)
      }),
    ),
    http.post(`${base}/:id/cancel`, ({ request, params }) =>
      forBatch(request, String(params.id), (batch, now) => {
        if (now >= endsMs(batch)) {
          return refuse(invalidRequest(`Message batch ${batch.id} has ended and cannot be canceled`))
        }
        const cancelled = { ...batch, cancelledMs: batch.cancelledMs ?? now }
        batches.set(batch.id, cancelled)
        return answeredFree(describe(cancelled, request), rejectMs)
      }),
    ),
    http.get(`${base}/:id/results`, ({ request, params }) =>
      forBatch(request, String(params.id), (batch, now) => {
        if (now < endsMs(batch)) {
          return refuse(invalidRequest(`Message batch ${batch.id} has not ended: it has no results yet`))
        }
        if (describe(batch, request).archived_at !== null) {
          return refuse({ type: 'not_found_error', message: `The results of ${batch.id} are archived` })
        }
        return answeredWithText(resultLines(options, batch), 'application/x-jsonl', rejectMs)
      }),
    ),
  ]
}

function itemContent({ customId, params }: BatchRequest): unknown {
  return [customId, 'error' in params ? params : contentOf(params.body)]
}

/** Behind a server the handlers have another address than the client asked: its Host header has that. */
function originSeenBy(request: Request): string {
  const { host, origin } = new URL(request.url)
  const asked = request.headers.get('host')
  return asked === null || asked === host ? origin : `http://${asked}`
}
