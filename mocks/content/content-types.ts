import type { MessagesBody } from '../body-schemas.ts'
import type { ApiError } from '../errors.ts'
import type { JsonSchema, JsonValue } from './json-schema.ts'

/** A tool that the mock can call. */
export interface CallableTool {
  readonly name: string
  readonly description: string
  readonly inputSchema: JsonSchema
  /** Whether every call is to be valid against the schema; where it is not, one may not be. */
  readonly strict: boolean
  /** Where the schema stands in the request. */
  readonly path: string
}

/** What an answer is written from. */
export interface ContentRequest {
  readonly model: string
  /** Text of the system prompt; empty when there is none. */
  readonly system: string
  /** Text of the user's messages, tool results included. */
  readonly userText: string
  /** The schema of `output_config.format`. */
  readonly schema?: JsonSchema
  /** The tools that the answer may call: those of the request that have an input schema. */
  readonly tools: readonly CallableTool[]
  /** What the random choices are about: the same for the same content, whatever the attempt. */
  readonly about: readonly unknown[]
  readonly body: MessagesBody
}

export type ContentBlock =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'tool_use'
      readonly name: string
      readonly input: { readonly [name: string]: JsonValue }
      /** @default `toolu_01…`, from the seed, the request and the place of the block */
      readonly id?: string
    }

export interface ContentAnswer {
  readonly content: readonly ContentBlock[]
  /** A cut by `max_tokens` or a stop sequence takes its place. */
  readonly stopReason: 'end_turn' | 'tool_use' | 'refusal'
}

/**
 * Says what is answered, at once: it is called while requests are decided in order. Must be a function
 * of the request alone. May throw: UnsupportedSchemaError for a schema that it can't fulfil, which the
 * client sees as a 400; ContentError for any error answer of the API; anything else is a 500.
 */
export type ContentHandler = (request: ContentRequest) => ContentAnswer

/** Thrown by a content handler, it is what the client gets. */
export class ContentError extends Error {
  readonly code = 'content_error'
  readonly apiError: ApiError

  constructor(apiError: ApiError) {
    super(apiError.message)
    this.apiError = apiError
  }
}
