export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue }

/** The part of JSON Schema 2020-12 (and `definitions` of draft 7) that is understood. */
export interface JsonSchemaObject {
  readonly $ref?: string
  readonly $dynamicRef?: unknown
  readonly $defs?: Readonly<Record<string, JsonSchema>>
  readonly definitions?: Readonly<Record<string, JsonSchema>>
  readonly type?: string | readonly string[]
  readonly title?: string
  readonly description?: string
  readonly enum?: readonly JsonValue[]
  readonly const?: JsonValue
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly not?: JsonSchema
  readonly if?: JsonSchema
  readonly then?: JsonSchema
  readonly else?: JsonSchema
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: JsonSchema
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>
  readonly propertyNames?: JsonSchema
  readonly unevaluatedProperties?: JsonSchema
  readonly dependentRequired?: Readonly<Record<string, readonly string[]>>
  readonly dependentSchemas?: Readonly<Record<string, JsonSchema>>
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly items?: JsonSchema
  readonly prefixItems?: readonly JsonSchema[]
  readonly unevaluatedItems?: JsonSchema
  readonly contains?: JsonSchema
  readonly minContains?: number
  readonly maxContains?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly multipleOf?: number
}

export type JsonSchema = boolean | JsonSchemaObject

/** No valid instance can be made: the client gets a 400 that says so, never an invalid instance. */
export class UnsupportedSchemaError extends Error {
  readonly code = 'unsupported_schema'
  /** Where the schema stands in the request. */
  readonly path: string

  constructor(message: string, path = 'output_config.format.schema') {
    super(message)
    this.path = path
  }
}

/** To answer would take more work than any answer is worth: it is refused at once, and nothing else is tried. */
export class SchemaTooComplexError extends UnsupportedSchemaError {
  constructor() {
    super('the schema is too complex')
  }
}

/** Whether something else may be tried after it: another branch, another value. */
export function mayTryAgain(error: unknown): error is UnsupportedSchemaError {
  return error instanceof UnsupportedSchemaError && !(error instanceof SchemaTooComplexError)
}
