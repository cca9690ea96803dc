/** A mock of the Claude API: what the rest of the project may use of it. */
export { type ClaudeMock, createClaudeMock } from './claude-mock.ts'
export {
  type ContentAnswer,
  type ContentBlock,
  type ContentHandler,
  type ContentRequest,
  generateContent,
  type JsonSchema,
  UnsupportedSchemaError,
} from './content/index.ts'
export { type ApiError, ERROR_STATUS, type ErrorType } from './errors.ts'
export type { Fault, StatusFault } from './faults.ts'
export type { Journal, JournalEntry, RejectionReason } from './journal.ts'
export type { LatencyProfile } from './latency.ts'
export { KNOWN_MODELS } from './models.ts'
export type { ClaudeMockOptions } from './options.ts'
export type { Clock } from './ports.ts'
export type { RateLimitName, RateLimits } from './rate-limits.ts'
export { estimateTokens } from './tokens.ts'
