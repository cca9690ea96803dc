import {
  type JsonSchema,
  type JsonSchemaObject,
  SchemaTooComplexError,
  UnsupportedSchemaError,
} from './json-schema.ts'

const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']

const isRecord = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
const isString = (value: unknown) => typeof value === 'string'
const isNumber = (value: unknown) => typeof value === 'number'
const isCount = (value: unknown) => Number.isInteger(value) && Number(value) >= 0
const isStrings = (value: unknown) => Array.isArray(value) && value.every(isString)
const isList = (value: unknown) => Array.isArray(value) && value.length > 0
const isType = (value: unknown) => TYPES.includes(value as string)

const isTypes = (list: readonly unknown[]) => list.length <= TYPES.length && list.every(isType)

/** What each keyword has to be, apart from the schemas in it. */
const KEYWORDS: Readonly<Record<string, readonly [expected: string, fits: (value: unknown) => boolean]>> = {
  $ref: ['a string', isString],
  $defs: ['an object', isRecord],
  definitions: ['an object', isRecord],
  type: [
    'a type or a list of types',
    (value) => isType(value) || (isList(value) && isTypes(value as unknown[])),
  ],
  description: ['a string', isString],
  enum: ['a list', isList],
  anyOf: ['a list', isList],
  oneOf: ['a list', isList],
  allOf: ['a list', isList],
  properties: ['an object', isRecord],
  patternProperties: ['an object', isRecord],
  dependentSchemas: ['an object', isRecord],
  dependentRequired: [
    'an object of lists of strings',
    (value) => isRecord(value) && Object.values(value as object).every(isStrings),
  ],
  prefixItems: ['a list', isList],
  required: ['a list of strings', isStrings],
  minProperties: ['a count', isCount],
  maxProperties: ['a count', isCount],
  minContains: ['a count', isCount],
  maxContains: ['a count', isCount],
  minItems: ['a count', isCount],
  maxItems: ['a count', isCount],
  minLength: ['a count', isCount],
  maxLength: ['a count', isCount],
  pattern: ['a string', isString],
  format: ['a string', isString],
  minimum: ['a number', isNumber],
  maximum: ['a number', isNumber],
  exclusiveMinimum: ['a number', isNumber],
  exclusiveMaximum: ['a number', isNumber],
  multipleOf: ['a number above 0', (value) => isNumber(value) && Number(value) > 0],
}

/** Schemas within a schema, entries of one list or object; and keywords, known or not, which are copied with it. */
const MOST_SCHEMAS = 20_000
const MOST_KEYWORDS = 200

const SCHEMAS = [
  'items',
  'additionalProperties',
  'not',
  'if',
  'then',
  'else',
  'contains',
  'propertyNames',
  'unevaluatedProperties',
  'unevaluatedItems',
] as const
const GROUPS_OF_SCHEMAS = [
  'anyOf',
  'oneOf',
  'allOf',
  'prefixItems',
  '$defs',
  'definitions',
  'properties',
  'patternProperties',
  'dependentSchemas',
] as const

/**
 * Throws UnsupportedSchemaError when it is no schema: what comes after may go by its type.
 * @param seen Gets the schema and all within it; what is in it already is not looked at again.
 */
export function checkSchema(
  schema: unknown,
  path = '',
  seen = new Set<unknown>(),
): asserts schema is JsonSchema {
  if (typeof schema === 'boolean' || seen.has(schema)) return
  const at = (keyword: string) => `${path}${path === '' ? '' : '.'}${keyword}`
  if (!isRecord(schema)) throw new UnsupportedSchemaError(`${path}: expected a schema`.replace(/^: /, ''))
  seen.add(schema)
  const object = schema as JsonSchemaObject & Readonly<Record<string, unknown>>
  const keywords = Object.entries(object)
  if (seen.size > MOST_SCHEMAS || keywords.length > MOST_KEYWORDS) throw new SchemaTooComplexError()
  for (const [keyword, value] of keywords) {
    if (Array.isArray(value) && value.length > MOST_SCHEMAS) throw new SchemaTooComplexError()
    const rule = Object.hasOwn(KEYWORDS, keyword) ? KEYWORDS[keyword] : undefined
    if (rule === undefined || rule[1](value)) continue
    throw new UnsupportedSchemaError(`${at(keyword)}: expected ${rule[0]}`)
  }
  for (const keyword of SCHEMAS) {
    if (object[keyword] !== undefined) checkSchema(object[keyword], at(keyword), seen)
  }
  for (const keyword of GROUPS_OF_SCHEMAS) {
    const parts = Object.entries(object[keyword] ?? {})
    if (parts.length > MOST_SCHEMAS) throw new SchemaTooComplexError()
    for (const [name, part] of parts) {
      checkSchema(part, at(`${keyword}.${name}`), seen)
    }
  }
}
