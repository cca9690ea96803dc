import type { JsonSchema, JsonSchemaObject } from './json-schema.ts'

const TYPES = ['object', 'array', 'string', 'number', 'boolean', 'null']

const NOTHING: readonly JsonSchema[] = []

/** Says in keywords that can be written from what the rest only allows to be checked. */
export function rewritten(schema: JsonSchemaObject): readonly JsonSchema[] {
  if (toBeChecked(schema) === undefined) return NOTHING
  const parts: JsonSchema[] = []
  if (schema.if !== undefined) {
    // Both are said: written from the one, checked by the other.
    const met = { allOf: [schema.if, schema.then ?? true] }
    parts.push({ anyOf: [met, { allOf: [{ not: schema.if }, schema.else ?? true] }] })
  }
  for (const [name, needed] of Object.entries(schema.dependentRequired ?? {})) {
    parts.push({ anyOf: [{ required: needed }, { properties: { [name]: false } }] })
  }
  for (const [name, needed] of Object.entries(schema.dependentSchemas ?? {})) {
    parts.push({ anyOf: [needed, { properties: { [name]: false } }] })
  }
  if (typeof schema.not === 'object') {
    const { type, required } = schema.not
    if (type !== undefined && onlyKey(schema.not)) {
      parts.push({ type: TYPES.filter((name) => ![type].flat().includes(name)) })
    }
    const [name, ...others] = required ?? []
    if (name !== undefined && others.length === 0 && onlyKey(schema.not)) {
      parts.push({ properties: { [name]: false } })
    }
  }
  return parts
}

function onlyKey(schema: JsonSchemaObject): boolean {
  return Object.keys(schema).length === 1
}

/** Keywords that what is written may break: it is checked afterwards. */
const CHECKED: ReadonlySet<string> = new Set([
  'not',
  'if',
  'contains',
  'patternProperties',
  'propertyNames',
  'maxProperties',
  'dependentRequired',
  'dependentSchemas',
])

/** What of a schema is to be checked; undefined when what is written from it holds anyway. */
export function toBeChecked(schema: JsonSchemaObject): JsonSchemaObject | undefined {
  for (const keyword in schema) if (CHECKED.has(keyword)) return schema
  return undefined
}
