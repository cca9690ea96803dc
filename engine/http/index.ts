export {
  cardSchema,
  flagsAnswerSchema,
  healthSchema,
  logLineSchema,
  logPageSchema,
  outcomeSchema,
  runResultsSchema,
  runSummarySchema,
  storySchema,
  subtaskSchema,
} from './answer-schemas.ts'
export { type AnsweredRequest, type ApiOptions, createApi, type RequestPlace } from './api.ts'
export { ApiError, type ApiErrorCode, errorBodySchema, problemSchema } from './api-error.ts'
export { TOKEN_PATTERN } from './authorise.ts'
export { contractErrorSchema, contractOutcomeSchema, contractRunSchema } from './contract-schemas.ts'
export { knownHost } from './known-host.ts'
export { openApiDocument } from './openapi/openapi-document.ts'
export {
  createRunBodySchema,
  emptyBodySchema,
  emptyQuerySchema,
  eventsQuerySchema,
  logPositionSchema,
  logQuerySchema,
  processNextBodySchema,
  regenerateBodySchema,
  uploadSchema,
} from './run-schemas.ts'
export { type ApiServer, type ServeOptions, serveApi } from './serve.ts'
