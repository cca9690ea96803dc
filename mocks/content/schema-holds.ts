import { formatHolds } from './format-holds.ts'
import {
  type JsonSchema,
  type JsonSchemaObject,
  type JsonValue,
  UnsupportedSchemaError,
} from './json-schema.ts'
import { isMultipleOf } from './numbers.ts'
import type { ResolveReference } from './schema-references.ts'
import type { Work } from './work.ts'

type Holds = (schema: JsonSchema, value: JsonValue) => boolean

interface Needs {
  readonly resolve: ResolveReference
  readonly matches: (pattern: string, text: string) => boolean
  readonly work: Work
}

/** References that may be followed for one value before they are taken to run in a circle. */
const MAX_REFERENCES = 500

/**
 * Whether a value is valid. Own code, since validators run the schema's patterns on RegExp and follow its
 * references without a bound. `unevaluatedProperties` and `unevaluatedItems` are not looked at.
 */
export function createHolds({ resolve, matches, work }: Needs): Holds {
  const holdsAt = (schema: JsonSchema, value: JsonValue, references: number): boolean => {
    work.spend(typeof schema === 'boolean' ? 0.2 : 4)
    if (typeof schema === 'boolean') return schema
    const here = (part: JsonSchema) => holdsAt(part, value, references)
    const within = (part: JsonSchema, inner: JsonValue) => holdsAt(part, inner, 0)
    if (schema.$ref !== undefined) {
      if (references > MAX_REFERENCES) throw new UnsupportedSchemaError('the schema recurs without an end')
      if (!holdsAt(resolve(schema.$ref), value, references + 1)) return false
    }
    return (
      literalHolds(schema, value, work) &&
      (schema.allOf ?? []).every(here) &&
      (schema.anyOf === undefined || schema.anyOf.some(here)) &&
      (schema.oneOf === undefined || schema.oneOf.filter(here).length === 1) &&
      (schema.not === undefined || !here(schema.not)) &&
      (schema.if === undefined || here((here(schema.if) ? schema.then : schema.else) ?? true)) &&
      ofItsType(schema, value, here, within)
    )
  }
  const ofItsType = (
    schema: JsonSchemaObject,
    value: JsonValue,
    here: (part: JsonSchema) => boolean,
    within: Holds,
  ): boolean => {
    if (typeof value === 'string') return textHolds(schema, value)
    if (typeof value === 'number') return numberHolds(schema, value)
    if (typeof value !== 'object' || value === null) return true
    if (Array.isArray(value)) return arrayHolds(schema, value, within)
    return objectHolds(schema, value as { readonly [name: string]: JsonValue }, here, within)
  }
  const textHolds = (schema: JsonSchemaObject, text: string): boolean => {
    const { minLength = 0, maxLength = Infinity, pattern, format } = schema
    if (minLength > 0 || maxLength < Infinity) {
      work.spend(text.length / 20)
      const { length } = Array.from(text)
      if (length < minLength || length > maxLength) return false
    }
    if (format !== undefined && !formatHolds(format, text)) return false
    return pattern === undefined || matches(pattern, text)
  }
  const objectHolds = (
    schema: JsonSchemaObject,
    value: { readonly [name: string]: JsonValue },
    here: (part: JsonSchema) => boolean,
    within: Holds,
  ): boolean => {
    const names = Object.keys(value)
    const has = (name: string) => Object.hasOwn(value, name)
    const { minProperties = 0, maxProperties = Infinity, propertyNames, properties = {} } = schema
    if (names.length < minProperties || names.length > maxProperties) return false
    if (!(schema.required ?? []).every(has)) return false
    for (const [name, needed] of Object.entries(schema.dependentRequired ?? {})) {
      if (has(name) && !needed.every(has)) return false
    }
    for (const [name, needed] of Object.entries(schema.dependentSchemas ?? {})) {
      if (has(name) && !here(needed)) return false
    }
    const patterns = Object.entries(schema.patternProperties ?? {})
    return names.every((name) => {
      work.spend(1)
      if (propertyNames !== undefined && !within(propertyNames, name)) return false
      const own = Object.hasOwn(properties, name) ? [properties[name] as JsonSchema] : []
      own.push(...patterns.filter(([pattern]) => matches(pattern, name)).map(([, part]) => part))
      if (own.length === 0) own.push(schema.additionalProperties ?? true)
      return own.every((part) => within(part, value[name] as JsonValue))
    })
  }
  const arrayHolds = (schema: JsonSchemaObject, items: readonly JsonValue[], within: Holds): boolean => {
    const { minItems = 0, maxItems = Infinity, prefixItems = [], contains } = schema
    work.spend(items.length)
    if (items.length < minItems || items.length > maxItems) return false
    if (schema.uniqueItems && new Set(items.map((item) => JSON.stringify(item))).size < items.length)
      return false
    if (contains !== undefined) {
      const found = items.filter((item) => within(contains, item)).length
      if (found < (schema.minContains ?? 1) || found > (schema.maxContains ?? Infinity)) return false
    }
    return items.every((item, index) => within(prefixItems[index] ?? schema.items ?? true, item))
  }
  return (schema, value) => holdsAt(schema, value, 0)
}

function literalHolds(schema: JsonSchemaObject, value: JsonValue, work: Work): boolean {
  const { type, enum: listed } = schema
  if (type !== undefined && ![type].flat().some((name) => isOfType(value, name))) return false
  const literals = listed ?? (schema.const === undefined ? undefined : [schema.const])
  if (literals === undefined) return true
  work.spend(literals.length)
  const textOf = (literal: JsonValue) => {
    const text = JSON.stringify(literal)
    work.spend(text.length / 100)
    return text
  }
  const text = textOf(value)
  const among = literals.some((literal) => literal === value || textOf(literal) === text)
  return among && (schema.const === undefined || schema.const === value || textOf(schema.const) === text)
}

export function isOfType(value: JsonValue, type: string): boolean {
  if (value === null) return type === 'null'
  if (Array.isArray(value)) return type === 'array'
  if (typeof value === 'number') return type === 'number' || (type === 'integer' && Number.isInteger(value))
  return typeof value === type
}

function numberHolds(schema: JsonSchemaObject, value: number): boolean {
  return (
    value >= (schema.minimum ?? -Infinity) &&
    value <= (schema.maximum ?? Infinity) &&
    value > (schema.exclusiveMinimum ?? -Infinity) &&
    value < (schema.exclusiveMaximum ?? Infinity) &&
    (schema.multipleOf === undefined || isMultipleOf(value, schema.multipleOf))
  )
}
