import type { z } from 'zod'
import {
  flagsAnswerSchema,
  healthSchema,
  logPageSchema,
  outcomeSchema,
  runResultsSchema,
  runSummarySchema,
} from '../answer-schemas.ts'
import { contractOutcomeSchema, contractRunSchema } from '../contract-schemas.ts'
import {
  createRunBodySchema,
  emptyBodySchema,
  eventsQuerySchema,
  logQuerySchema,
  processNextBodySchema,
  regenerateBodySchema,
} from '../run-schemas.ts'

/** One route of the API, as the document describes it. */
export interface Operation {
  readonly method: 'get' | 'post'
  /** With the id in braces. */
  readonly path: string
  readonly id: string
  readonly summary: string
  readonly body?: z.ZodType
  /** Whether a request without a body is refused. */
  readonly bodyRequired?: boolean
  readonly query?: z.ZodObject
  /** By status; null is an answer without JSON. */
  readonly answers: Readonly<Record<number, { readonly what: string; readonly schema: z.ZodType | null }>>
  /** Statuses of errors, beside those that every route has. */
  readonly errors: readonly number[]
  /** What a service of somebody else's must answer with at least; absent where it needs no such route. */
  readonly contract?: z.ZodType
}

const RUN = '/runs/{id}'
const summary = { what: 'The status of the run', schema: runSummarySchema }

export const OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: '/runs',
    id: 'createRun',
    summary: 'Stores a run with its uploads. Nothing is worked on until process-next is called.',
    body: createRunBodySchema,
    bodyRequired: true,
    answers: { 201: { ...summary, what: 'The run that was created; its place is in Location' } },
    errors: [400, 413, 415],
    contract: contractRunSchema,
  },
  {
    method: 'post',
    path: `${RUN}/process-next`,
    id: 'processNext',
    summary: 'One invocation, answered when it has ended: to be called until the state is "finished".',
    body: processNextBodySchema,
    answers: { 200: { what: 'What became of the invocation', schema: outcomeSchema } },
    errors: [400, 404, 409, 413, 415, 503],
    contract: contractOutcomeSchema,
  },
  {
    method: 'get',
    path: RUN,
    id: 'readRun',
    summary: 'Status, progress and flags.',
    answers: { 200: summary },
    errors: [400, 404],
    contract: contractRunSchema,
  },
  {
    method: 'get',
    path: `${RUN}/log`,
    id: 'readLog',
    summary: 'A page of log lines; the next begins after `next`.',
    query: logQuerySchema,
    answers: { 200: { what: 'The lines', schema: logPageSchema } },
    errors: [400, 404],
  },
  {
    method: 'get',
    path: `${RUN}/results`,
    id: 'readResults',
    summary: 'What the run has written so far, as a tree.',
    answers: {
      200: { what: 'Uploads with cards, epics with stories and subtasks', schema: runResultsSchema },
    },
    errors: [400, 404],
  },
  {
    method: 'get',
    path: `${RUN}/events`,
    id: 'readEvents',
    summary: 'The run as server-sent events, until it has ended.',
    query: eventsQuerySchema,
    answers: {
      200: { what: 'A stream of the events `run`, `log` and `end` (text/event-stream)', schema: null },
      204: { what: 'The run has ended, and its end was seen', schema: null },
    },
    errors: [400, 404],
  },
  {
    method: 'post',
    path: `${RUN}/cancel`,
    id: 'cancelRun',
    summary: 'Ends a run that has not ended.',
    body: emptyBodySchema,
    answers: { 200: summary },
    errors: [400, 404, 409, 413, 415],
  },
  {
    method: 'post',
    path: `${RUN}/retry`,
    id: 'retryRun',
    summary: 'Opens what failed or was cancelled again.',
    body: emptyBodySchema,
    answers: { 200: summary },
    errors: [400, 404, 409, 413, 415],
  },
  {
    method: 'post',
    path: `${RUN}/regenerate`,
    id: 'regenerateRun',
    summary: 'Opens a phase again for all its items.',
    body: regenerateBodySchema,
    bodyRequired: true,
    answers: { 200: summary },
    errors: [400, 404, 409, 413, 415],
  },
  {
    method: 'get',
    path: '/flags',
    id: 'readFlags',
    summary: 'The flags of a run that is created without its own, and those of each tier.',
    answers: { 200: { what: 'Flags', schema: flagsAnswerSchema } },
    errors: [400],
  },
  {
    method: 'get',
    path: '/health',
    id: 'readHealth',
    summary: 'Whether the database answers. Needs no token.',
    answers: {
      200: { what: 'It answers', schema: healthSchema },
      503: { what: 'It does not', schema: healthSchema },
    },
    errors: [],
  },
]
