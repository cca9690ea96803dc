import type { Random } from '../random.ts'
import { checkSchema } from './check-schema.ts'
import {
  type JsonSchema,
  type JsonSchemaObject,
  type JsonValue,
  UnsupportedSchemaError,
} from './json-schema.ts'
import { numberOf } from './numbers.ts'
import { leastDepth } from './schema-depth.ts'
import { type FlatSchema, flatten, type Place } from './schema-flatten.ts'
import { stringOf } from './strings.ts'
import type { Writer } from './writer.ts'

/**
 * Own code rather than json-schema-faker: the walk has to read the SDK's hints in descriptions, keep its
 * strings in the words of the prompt, be synchronous and depend on nothing but the seed, and end where a
 * schema recurs. That leaves little of the walk to a library.
 */

interface Source {
  readonly random: Random
  readonly writer: Writer
}

/** How often an item that has to be unique is drawn again. */
const TRIES = 20
/** How often, in one instance, branches are chosen again. Shared, or nested choices would multiply. */
const MAX_RETRIES = 200
/** From this depth on, or after this many values, recursion is to end. */
const MAX_DEPTH = 12
const MAX_VALUES = 5_000
/** Below this the schema recurs without an end. */
const HARD_DEPTH = 60
/** No model writes more than this; a schema that asks for it would hold up or kill the process. */
const HARD_VALUES = 100_000

/** An instance of the schema, written with the given writer; throws UnsupportedSchemaError when it can't. */
export function instanceOf(schema: JsonSchema, source: Source): JsonValue {
  let values = 0
  let retries = MAX_RETRIES
  checkSchema(schema)
  if (leastDepth(schema, schema) === Infinity)
    throw new UnsupportedSchemaError('the schema recurs without an end')
  return value(schema, { root: schema, references: [], minimal: false }, '', 0)

  function value(part: JsonSchema, from: Place, property: string, depth: number): JsonValue {
    values += 1
    if (values > HARD_VALUES) throw new UnsupportedSchemaError('the schema asks for too many values')
    if (depth > HARD_DEPTH) throw new UnsupportedSchemaError('the schema recurs without an end')
    const place = { ...from, minimal: from.minimal || depth > MAX_DEPTH || values > MAX_VALUES }
    for (;;) {
      let problem: unknown
      try {
        const flat = flatten(part, place, source.random)
        const made = ofType(flat, property, depth)
        if (flat.checks.every((check) => check(made))) return made
      } catch (error) {
        if (!(error instanceof UnsupportedSchemaError)) throw error
        problem = error
      }
      // Another branch may do better, but only where there is a choice.
      retries -= 1
      if (retries < 0 || !hasBranches(part)) {
        throw (
          problem ??
          new UnsupportedSchemaError('no instance found that holds for exactly one branch of oneOf')
        )
      }
    }
  }

  function ofType(flat: FlatSchema, property: string, depth: number): JsonValue {
    const { schema: flatSchema, place } = flat
    const fixed = literalOf(flatSchema, source.random)
    if (fixed !== undefined) return fixed.value
    const type = typeOf(flatSchema, source.random)
    switch (type) {
      case 'object':
        return object(flatSchema, place, depth)
      case 'array':
        return array(flatSchema, place, property, depth)
      case 'string':
        return stringOf(flatSchema, property, source)
      case 'number':
      case 'integer':
        return numberOf(flatSchema, type === 'integer', source.random)
      case 'boolean':
        return source.random.chance(0.5)
      case 'null':
        return null
      default:
        throw new UnsupportedSchemaError(`unknown type: ${JSON.stringify(type)}`)
    }
  }

  function object(of: JsonSchemaObject, place: Place, depth: number): JsonValue {
    const properties = of.properties ?? {}
    const required = new Set(of.required ?? [])
    const names = [...new Set([...Object.keys(properties), ...required])]
    const least = of.minProperties ?? 0
    const all = least > required.size
    const entries: [string, JsonValue][] = []
    for (const name of names) {
      // A model fills in most of what it may leave out.
      if (!required.has(name) && !all && (place.minimal || !source.random.chance(0.8))) continue
      const own = Object.hasOwn(properties, name) ? properties[name] : of.additionalProperties
      if (own === false && !required.has(name)) continue
      entries.push([name, value(own ?? {}, place, name, depth + 1)])
    }
    if (entries.length < least)
      throw new UnsupportedSchemaError(`minProperties ${least} with ${names.length} named`)
    return Object.fromEntries(entries)
  }

  function array(of: JsonSchemaObject, place: Place, property: string, depth: number): JsonValue {
    const min = of.minItems ?? 0
    const max = of.maxItems ?? Infinity
    if (min > max) throw new UnsupportedSchemaError(`minItems ${min} is more than maxItems ${max}`)
    if (min > HARD_VALUES) throw new UnsupportedSchemaError(`minItems ${min} is too many`)
    const least = place.minimal ? min : Math.max(min, Math.min(2, max))
    const most = place.minimal ? min : Math.min(max, least + 2)
    const length = of.items === false ? min : source.random.int(least, most)
    const items: JsonValue[] = []
    const seen = new Set<string>()
    for (let tries = 0; items.length < length && tries < length * TRIES; tries += 1) {
      const item = value(of.items ?? {}, place, property, depth + 1)
      const key = JSON.stringify(item)
      if (of.uniqueItems && seen.has(key)) continue
      seen.add(key)
      items.push(item)
    }
    if (items.length < min) throw new UnsupportedSchemaError(`no ${min} different items found`)
    return items
  }
}

function literalOf(schema: JsonSchemaObject, random: Random): { readonly value: JsonValue } | undefined {
  const listed = schema.enum
  const literals = schema.const === undefined ? listed : [schema.const]
  if (literals === undefined) return undefined
  const fitting = literals.filter(
    (literal) => schema.type === undefined || [schema.type].flat().some((type) => isOfType(literal, type)),
  )
  if (fitting.length === 0) throw new UnsupportedSchemaError('no value of the enum has the type')
  return { value: random.pick(fitting) }
}

function isOfType(value: JsonValue, type: string): boolean {
  if (value === null) return type === 'null'
  if (Array.isArray(value)) return type === 'array'
  if (typeof value === 'number') return type === 'number' || (type === 'integer' && Number.isInteger(value))
  return typeof value === type
}

function typeOf(schema: JsonSchemaObject, random: Random): string {
  const types = [schema.type ?? impliedType(schema)].flat()
  const substantial = types.filter((type) => type !== 'null')
  // A model mostly has something to say where it may say null.
  if (substantial.length > 0 && (substantial.length === types.length || random.chance(0.85))) {
    return random.pick(substantial)
  }
  return types[0] ?? 'null'
}

function impliedType(schema: JsonSchemaObject): string {
  if (schema.properties !== undefined || schema.required !== undefined) return 'object'
  if (schema.items !== undefined || schema.minItems !== undefined) return 'array'
  if (schema.minimum !== undefined || schema.maximum !== undefined || schema.multipleOf !== undefined)
    return 'number'
  return 'string'
}

function hasBranches(schema: JsonSchema): boolean {
  if (typeof schema === 'boolean') return false
  return [schema.anyOf, schema.oneOf, schema.allOf, schema.$ref].some((keyword) => keyword !== undefined)
}
