import { type JsonSchema, type JsonSchemaObject, UnsupportedSchemaError } from './json-schema.ts'

const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']

const isRecord = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
const isString = (value: unknown) => typeof value === 'string'
const isNumber = (value: unknown) => typeof value === 'number'
const isCount = (value: unknown) => Number.isInteger(value) && Number(value) >= 0
const isList = (value: unknown) => Array.isArray(value) && value.length > 0
const isType = (value: unknown) => TYPES.includes(value as string)

/** What each keyword has to be, apart from the schemas in it. */
const KEYWORDS: Readonly<Record<string, readonly [expected: string, fits: (value: unknown) => boolean]>> = {
  $ref: ['a string', isString],
  $defs: ['an object', isRecord],
  definitions: ['an object', isRecord],
  type: [
    'a type or a list of types',
    (value) => isType(value) || (isList(value) && [value].flat().every(isType)),
  ],
  description: ['a string', isString],
  enum: ['a list', isList],
  anyOf: ['a list', isList],
  oneOf: ['a list', isList],
  allOf: ['a list', isList],
  properties: ['an object', isRecord],
  required: ['a list of strings', (value) => Array.isArray(value) && value.every(isString)],
  minProperties: ['a count', isCount],
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

/** Throws UnsupportedSchemaError when it is no schema: what comes after may go by its type. */
export function checkSchema(schema: unknown, path = ''): asserts schema is JsonSchema {
  if (typeof schema === 'boolean') return
  const at = (keyword: string) => `${path}${path === '' ? '' : '.'}${keyword}`
  if (!isRecord(schema)) throw new UnsupportedSchemaError(`${path}: expected a schema`.replace(/^: /, ''))
  const object = schema as JsonSchemaObject & Readonly<Record<string, unknown>>
  for (const [keyword, value] of Object.entries(object)) {
    const rule = Object.hasOwn(KEYWORDS, keyword) ? KEYWORDS[keyword] : undefined
    if (rule === undefined || rule[1](value)) continue
    throw new UnsupportedSchemaError(`${at(keyword)}: expected ${rule[0]}`)
  }
  for (const keyword of ['items', 'additionalProperties'] as const) {
    if (object[keyword] !== undefined) checkSchema(object[keyword], at(keyword))
  }
  for (const keyword of ['anyOf', 'oneOf', 'allOf', '$defs', 'definitions', 'properties'] as const) {
    for (const [name, part] of Object.entries(object[keyword] ?? {}))
      checkSchema(part, at(`${keyword}.${name}`))
  }
}
