export { answerProblem } from './check-answer.ts'
export {
  type CallableTool,
  type ContentAnswer,
  type ContentBlock,
  ContentError,
  type ContentHandler,
  type ContentRequest,
} from './content-types.ts'
export { parseCutJson } from './cut-json.ts'
export { contentRequestOf, generateContent } from './generate-content.ts'
export { type JsonSchema, type JsonValue, UnsupportedSchemaError } from './json-schema.ts'
export { violateSchema } from './violate-schema.ts'
