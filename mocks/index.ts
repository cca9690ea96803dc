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
export type { JournalTotals } from './journal-totals.ts'
export type { ClientVerdict, VerdictExample } from './journal-verdict.ts'
export type { HeavyTail, LatencyProfile, LoadSlowdown } from './latency.ts'
export type { AccelerationLimit } from './limits/acceleration.ts'
export type { LimitUse, MinuteUse } from './limits/limit-use.ts'
export type { SpendCap } from './limits/spend-cap.ts'
export { KNOWN_MODELS } from './models.ts'
export type { ClaudeMockOptions } from './options.ts'
export type { Clock } from './ports.ts'
export { LATENCY_PROFILES, type LatencyModel } from './profiles/latency/index.ts'
export { RATE_LIMIT_PROFILES, type RateLimitProfile } from './profiles/rate-limits/index.ts'
export {
  drawRequests,
  fitTrace,
  type LengthSource,
  parseTrace,
  type TracedRequest,
  type TraceProfile,
} from './profiles/traces/index.ts'
export type { RateLimitName, RateLimits } from './rate-limits.ts'
export { ConnectionFault } from './reply.ts'
export { MOST_TIME_SCALE, scaleClock } from './scaled-clock.ts'
export { readFaults } from './server/faults-file.ts'
export { chooseProfile, LATENCY_NAMES, LIMIT_NAMES } from './server/profile-choice.ts'
export { estimateTokens } from './tokens.ts'
