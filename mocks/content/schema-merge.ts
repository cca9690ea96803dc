import {
  type JsonSchema,
  type JsonSchemaObject,
  type JsonValue,
  UnsupportedSchemaError,
} from './json-schema.ts'
import type { SchemaContext } from './schema-context.ts'

/** A schema that stands for several. */
export interface MergedSchema extends JsonSchemaObject {
  /** What the string must match besides `pattern`. */
  readonly otherPatterns?: readonly string[]
}

type Needs = Pick<SchemaContext, 'work' | 'matches'>

const GREATER_WINS = [
  'minItems',
  'minLength',
  'minimum',
  'exclusiveMinimum',
  'minProperties',
  'minContains',
] as const
const SMALLER_WINS = [
  'maxItems',
  'maxLength',
  'maximum',
  'exclusiveMaximum',
  'maxProperties',
  'maxContains',
] as const

/** The schema whose instances are valid for both. Neither has `$ref` or allOf/anyOf/oneOf at its top. */
export function mergeSchemas(a: MergedSchema, b: MergedSchema, needs: Needs): MergedSchema {
  needs.work.spend(5)
  if (isEmpty(a)) return b
  const merged: Record<string, unknown> = { ...a, ...b }
  const set = (name: string, value: unknown) => {
    if (value === undefined) delete merged[name]
    else merged[name] = value
  }
  set('type', sharedTypes(a.type, b.type))
  set('enum', shared(a.enum, b.enum, needs))
  for (const name of GREATER_WINS) set(name, extreme(Math.max, a[name], b[name]))
  for (const name of SMALLER_WINS) set(name, extreme(Math.min, a[name], b[name]))
  for (const name of ['format', 'const'] as const) {
    const both = a[name] !== undefined && b[name] !== undefined
    if (both && textOf(a[name], needs) !== textOf(b[name], needs)) {
      throw new UnsupportedSchemaError(`two different values for ${name} in allOf`)
    }
  }
  set('multipleOf', sharedMultiple(a.multipleOf, b.multipleOf))
  const [pattern, ...others] = new Set([a, b].flatMap(patternsOf))
  set('pattern', pattern)
  set('otherPatterns', others.length === 0 ? undefined : others)
  set('uniqueItems', a.uniqueItems || b.uniqueItems || undefined)
  if (a.prefixItems !== undefined || b.prefixItems !== undefined) set('prefixItems', sharedPrefix(a, b))
  if (a.properties !== undefined || b.properties !== undefined) {
    set('properties', sharedProperties(a, b, needs))
  }
  if (a.required !== undefined && b.required !== undefined) {
    needs.work.spend((a.required.length + b.required.length) / 5)
    set('required', [...new Set([...a.required, ...b.required])])
  }
  for (const name of ['items', 'additionalProperties', 'propertyNames', 'contains'] as const) {
    const [left, right] = [a[name], b[name]]
    if (left !== undefined && right !== undefined) set(name, both(left, right))
  }
  if (a.patternProperties !== undefined && b.patternProperties !== undefined) {
    const same = Object.entries(a.patternProperties).map(([name, part]) => {
      const other = Object.hasOwn(b.patternProperties ?? {}, name) ? b.patternProperties?.[name] : true
      return [name, both(part, other ?? true)]
    })
    set('patternProperties', { ...b.patternProperties, ...Object.fromEntries(same) })
  }
  return merged as MergedSchema
}

function isEmpty(schema: JsonSchemaObject): boolean {
  for (const _ in schema) return false
  return true
}

/** All patterns that a string must match. */
export function patternsOf({ pattern, otherPatterns = [] }: MergedSchema): readonly string[] {
  return pattern === undefined ? otherPatterns : [pattern, ...otherPatterns]
}

/** The schemas that hold for the property of this name. */
export function schemasOfProperty(
  schema: JsonSchemaObject,
  name: string,
  { matches }: Pick<Needs, 'matches'>,
): readonly JsonSchema[] {
  const { properties, patternProperties } = schema
  const own =
    properties !== undefined && Object.hasOwn(properties, name) ? [properties[name] as JsonSchema] : []
  if (patternProperties !== undefined) {
    const entries = Object.entries(patternProperties)
    own.push(...entries.filter(([pattern]) => matches(pattern, name)).map(([, part]) => part))
  }
  return own.length > 0 ? own : [schema.additionalProperties ?? schema.unevaluatedProperties ?? true]
}

function sharedPrefix(a: JsonSchemaObject, b: JsonSchemaObject): readonly JsonSchema[] {
  const of = (schema: JsonSchemaObject, index: number) => schema.prefixItems?.[index] ?? schema.items ?? true
  const length = Math.max(a.prefixItems?.length ?? 0, b.prefixItems?.length ?? 0)
  return Array.from({ length }, (_, index) => both(of(a, index), of(b, index)))
}

function both(a: JsonSchema, b: JsonSchema): JsonSchema {
  if (a === false || b === false) return false
  if (a === true) return b
  if (b === true) return a
  return { allOf: [a, b] }
}

/** A property that the other side doesn't name is held by the other side's additionalProperties. */
function sharedProperties(
  a: JsonSchemaObject,
  b: JsonSchemaObject,
  needs: Needs,
): Record<string, JsonSchema> {
  const names = new Set([...Object.keys(a.properties ?? {}), ...Object.keys(b.properties ?? {})])
  needs.work.spend(names.size * 3)
  const of = (schema: JsonSchemaObject, name: string) => schemasOfProperty(schema, name, needs).reduce(both)
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

function shared(
  a: readonly JsonValue[] | undefined,
  b: readonly JsonValue[] | undefined,
  needs: Needs,
): readonly JsonValue[] | undefined {
  if (a === undefined || b === undefined) return a ?? b
  const right = new Set(b.map((value) => textOf(value, needs)))
  return a.filter((value) => right.has(textOf(value, needs)))
}

function textOf(value: unknown, { work }: Needs): string {
  const text = JSON.stringify(value)
  work.spend(1 + text.length / 100)
  return text
}

function sharedMultiple(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b
  if (Number.isInteger(a / b)) return a
  if (Number.isInteger(b / a)) return b
  if (Number.isInteger(a) && Number.isInteger(b)) return (a * b) / greatestDivisor(a, b)
  throw new UnsupportedSchemaError('two different values for multipleOf in allOf')
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b)
}

function extreme(of: (a: number, b: number) => number, a: number | undefined, b: number | undefined) {
  return a === undefined || b === undefined ? (a ?? b) : of(a, b)
}
