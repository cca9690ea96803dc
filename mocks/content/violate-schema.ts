import type { JsonValue } from './json-schema.ts'

/**
 * A value that no longer holds for the schema that it was written from: the first property of an object
 * becomes another type; a value that is no object becomes one. A schema that takes anything still holds.
 */
export function violateSchema(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return { items: value }
  if (typeof value !== 'object' || value === null) return { value }
  const [first, ...rest] = Object.entries(value)
  if (first === undefined) return null
  const [name, was] = first
  return Object.fromEntries([[name, otherType(was)], ...rest])
}

function otherType(value: JsonValue): JsonValue {
  return typeof value === 'string' ? { text: value } : JSON.stringify(value)
}
