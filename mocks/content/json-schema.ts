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
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: JsonSchema
  readonly minProperties?: number
  readonly items?: JsonSchema
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

/** Keywords that change which instances are valid and that the mock does not understand. */
const REFUSED = [
  'not',
  'if',
  'contains',
  'prefixItems',
  'patternProperties',
  'propertyNames',
  'maxProperties',
  'dependentRequired',
  'dependentSchemas',
  'dependencies',
  'unevaluatedProperties',
  'unevaluatedItems',
  '$dynamicRef',
]

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

export function refuseUnsupported(schema: JsonSchemaObject): void {
  const found = REFUSED.filter((keyword) => Object.hasOwn(schema, keyword))
  if (found.length > 0) throw new UnsupportedSchemaError(`keyword not supported: ${found.join(', ')}`)
}

/** The schema that a local reference (`#`, `#/$defs/card`) names. */
export function resolveReference(root: JsonSchema, reference: string): JsonSchema {
  if (!reference.startsWith('#')) {
    throw new UnsupportedSchemaError(`expected a local $ref, got ${JSON.stringify(reference)}`)
  }
  let found: unknown = root
  for (const part of reference.slice(1).split('/').slice(1)) {
    const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
    const known = typeof found === 'object' && found !== null && Object.hasOwn(found, name)
    if (!known) throw new UnsupportedSchemaError(`$ref to nothing: ${JSON.stringify(reference)}`)
    found = (found as Record<string, unknown>)[name]
  }
  return found as JsonSchema
}
