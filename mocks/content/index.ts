export {
  type ContentAnswer,
  type ContentBlock,
  type ContentHandler,
  type ContentRequest,
  contentRequestOf,
  generateContent,
} from './generate-content.ts'
export { type JsonSchema, UnsupportedSchemaError } from './json-schema.ts'
