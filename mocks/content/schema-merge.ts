import {
  type JsonSchema,
  type JsonSchemaObject,
  type JsonValue,
  UnsupportedSchemaError,
} from './json-schema.ts'

/** The schema whose instances are valid for both. Neither has `$ref` or allOf/anyOf/oneOf at its top. */
export function mergeSchemas(a: JsonSchemaObject, b: JsonSchemaObject): JsonSchemaObject {
  const merged: Record<string, unknown> = { ...a, ...b }
  const set = (name: string, value: unknown) => {
    if (value === undefined) delete merged[name]
    else merged[name] = value
  }
  set('type', sharedTypes(a.type, b.type))
  set('enum', shared(a.enum, b.enum))
  for (const name of ['minItems', 'minLength', 'minimum', 'exclusiveMinimum', 'minProperties'] as const) {
    set(name, extreme(Math.max, a[name], b[name]))
  }
  for (const name of ['maxItems', 'maxLength', 'maximum', 'exclusiveMaximum'] as const) {
    set(name, extreme(Math.min, a[name], b[name]))
  }
  for (const name of ['pattern', 'format', 'multipleOf', 'const'] as const) {
    const both = a[name] !== undefined && b[name] !== undefined
    if (both && JSON.stringify(a[name]) !== JSON.stringify(b[name])) {
      throw new UnsupportedSchemaError(`two different values for ${name} in allOf`)
    }
  }
  set('uniqueItems', a.uniqueItems || b.uniqueItems || undefined)
  if (a.items !== undefined && b.items !== undefined) set('items', both(a.items, b.items))
  if (a.properties !== undefined || b.properties !== undefined) set('properties', sharedProperties(a, b))
  if (a.required !== undefined && b.required !== undefined) {
    set('required', [...new Set([...a.required, ...b.required])])
  }
  if (a.additionalProperties !== undefined && b.additionalProperties !== undefined) {
    set('additionalProperties', both(a.additionalProperties, b.additionalProperties))
  }
  return merged as JsonSchemaObject
}

function both(a: JsonSchema, b: JsonSchema): JsonSchema {
  if (a === false || b === false) return false
  if (a === true) return b
  if (b === true) return a
  return { allOf: [a, b] }
}

/** A property that the other side doesn't name is held by the other side's additionalProperties. */
function sharedProperties(a: JsonSchemaObject, b: JsonSchemaObject): Record<string, JsonSchema> {
  const names = new Set([...Object.keys(a.properties ?? {}), ...Object.keys(b.properties ?? {})])
  const of = (schema: JsonSchemaObject, name: string): JsonSchema => {
    const own = schema.properties
    if (own !== undefined && Object.hasOwn(own, name)) return own[name] as JsonSchema
    return schema.additionalProperties ?? true
  }
  return Object.fromEntries(Array.from(names, (name) => [name, both(of(a, name), of(b, name))]))
}

function sharedTypes(a: JsonSchemaObject['type'], b: JsonSchemaObject['type']): JsonSchemaObject['type'] {
  if (a === undefined || b === undefined) return a ?? b
  const left = [a].flat()
  const right = [b].flat()
  const types = left.filter((type) => right.includes(type))
  // Every integer is a number.
  const narrowed =
    (left.includes('integer') && right.includes('number')) ||
    (left.includes('number') && right.includes('integer'))
  if (narrowed && !types.includes('integer')) types.push('integer')
  if (types.length === 0) throw new UnsupportedSchemaError(`no type is both ${left} and ${right}`)
  return types
}

function shared(a: readonly JsonValue[] | undefined, b: readonly JsonValue[] | undefined) {
  if (a === undefined || b === undefined) return a ?? b
  const right = b.map((value) => JSON.stringify(value))
  return a.filter((value) => right.includes(JSON.stringify(value)))
}

function extreme(of: (a: number, b: number) => number, a: number | undefined, b: number | undefined) {
  return a === undefined || b === undefined ? (a ?? b) : of(a, b)
}
