/** A mock of the Claude API: what the rest of the project may use of it. */
export type { BatchProcessing } from './batches/index.ts'
export { type ClaudeMock, createClaudeMock } from './claude-mock.ts'
export {
  type CallableTool,
  type ContentAnswer,
  type ContentBlock,
  ContentError,
  type ContentHandler,
  type ContentRequest,
  generateContent,
  type JsonSchema,
  UnsupportedSchemaError,
} from './content/index.ts'
export { type ApiError, ERROR_STATUS, type ErrorType } from './errors.ts'
export { type Fault, type FaultConditions, faultsSchema, type StatusFault } from './faults/index.ts'
export type { Journal, JournalEntry, RejectionReason } from './journal.ts'
export type { LatencyProfile } from './latency.ts'
export { KNOWN_MODELS } from './models.ts'
export type { ClaudeMockOptions } from './options.ts'
export type { Clock } from './ports.ts'
export type { RateLimitName, RateLimits } from './rate-limits.ts'
export { ConnectionFault } from './reply.ts'
export { estimateTokens } from './tokens.ts'
