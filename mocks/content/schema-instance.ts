import type { Random } from '../random.ts'
import {
  type JsonSchema,
  type JsonValue,
  mayTryAgain,
  SchemaTooComplexError,
  UnsupportedSchemaError,
} from './json-schema.ts'
import { numberOf } from './numbers.ts'
import { createSchemaContext, type SchemaContext, type Source } from './schema-context.ts'
import { type FlatSchema, flatten, type Place, STEPS_OF_A_FAILURE } from './schema-flatten.ts'
import { isOfType } from './schema-holds.ts'
import type { MergedSchema } from './schema-merge.ts'
import { stringOf } from './strings.ts'
import { createWork } from './work.ts'
import { writeArray } from './write-array.ts'
import { writeObject } from './write-object.ts'

/**
 * Own code rather than json-schema-faker: the walk has to read the SDK's hints in descriptions, keep its
 * strings in the words of the prompt, be synchronous and depend on nothing but the seed, and end where a
 * schema recurs. That leaves little of the walk to a library.
 */

/** How often, in one instance, branches are chosen again. Shared, or nested choices would multiply. */
const MAX_RETRIES = 200
/** From this depth on, or after this many values, recursion is to end. */
const MAX_DEPTH = 12
const MAX_VALUES = 5_000
/** Below this the process would run out of stack. */
const HARD_DEPTH = 500

export interface InstanceOptions {
  /**
   * Where no valid value is found, one of the right type is written, as a model may that is held to
   * nothing; else UnsupportedSchemaError is thrown. @default false
   */
  readonly lenient?: boolean
  /** Counts the steps. */
  readonly work?: ReturnType<typeof createWork>
}

/**
 * An instance of the schema, written with the given writer.
 * @throws UnsupportedSchemaError when it is no schema, and when none is found
 */
export function instanceOf(
  schema: JsonSchema,
  source: Source,
  { lenient = false, work = createWork() }: InstanceOptions = {},
): JsonValue {
  let values = 0
  let retries = MAX_RETRIES
  try {
    const context = createSchemaContext(schema, source, work)
    if (!lenient && context.leastDepth(schema) === Infinity) {
      throw new UnsupportedSchemaError('the schema recurs without an end')
    }
    return value(schema, { references: [], minimal: false }, '', 0, context)
  } catch (error) {
    const isTooComplex = error instanceof RangeError || error instanceof SchemaTooComplexError
    if (isTooComplex && lenient) return anyValue(schema)
    throw isTooComplex ? new SchemaTooComplexError() : error
  }

  function value(
    part: JsonSchema,
    from: Place,
    property: string,
    depth: number,
    context: SchemaContext,
  ): JsonValue {
    try {
      return validValue(part, from, property, depth, context)
    } catch (error) {
      if (!lenient || !mayTryAgain(error)) throw error
      return anyValue(part)
    }
  }

  function validValue(
    part: JsonSchema,
    from: Place,
    property: string,
    depth: number,
    context: SchemaContext,
  ): JsonValue {
    values += 1
    context.work.spend(5)
    if (depth > HARD_DEPTH) throw new UnsupportedSchemaError('the schema is nested too deeply')
    const place = { ...from, minimal: from.minimal || depth > MAX_DEPTH || values > MAX_VALUES }
    if (lenient && place.minimal && context.leastDepth(part) === Infinity) {
      throw new UnsupportedSchemaError('the schema recurs without an end')
    }
    for (;;) {
      let problem: unknown
      let checked = false
      try {
        const flat = flatten(part, place, context)
        checked = flat.checks.length > 0
        const made = ofType(flat, property, depth, context)
        if (flat.checks.every((check) => check(made))) return made
      } catch (error) {
        if (!mayTryAgain(error)) throw error
        context.work.spend(STEPS_OF_A_FAILURE)
        problem = error
      }
      // Another branch may do better, but only where there is a choice.
      retries -= 1
      if (retries < 0 || !(checked || hasBranches(part))) {
        throw problem ?? new UnsupportedSchemaError(noneFound(part))
      }
    }
  }

  function ofType(flat: FlatSchema, property: string, depth: number, context: SchemaContext): JsonValue {
    const { schema: flatSchema, place } = flat
    const fixed = literalOf(flatSchema, context)
    if (fixed !== undefined) return fixed.value
    const type = typeOf(flatSchema, context.random)
    const write = (part: JsonSchema, name: string) => value(part, place, name, depth + 1, context)
    switch (type) {
      case 'object':
        return writeObject(flatSchema, place, context, write)
      case 'array':
        return writeArray(flatSchema, place, context, (item) => write(item, property))
      case 'string':
        return stringOf(flatSchema, property, context)
      case 'number':
      case 'integer':
        return numberOf(flatSchema, type === 'integer', context.random)
      case 'boolean':
        return context.random.chance(0.5)
      case 'null':
        return null
      default:
        throw new UnsupportedSchemaError(`unknown type: ${JSON.stringify(type)}`)
    }
  }
}

function literalOf(
  schema: MergedSchema,
  { random, work, holds }: SchemaContext,
): { readonly value: JsonValue } | undefined {
  const listed = schema.enum
  const literals = schema.const === undefined ? listed : [schema.const]
  if (literals === undefined) return undefined
  work.spend(literals.length / 5)
  let fitting = literals.filter(
    (literal) => schema.type === undefined || [schema.type].flat().some((type) => isOfType(literal, type)),
  )
  if (fitting.length === 0) throw new UnsupportedSchemaError('no value of the enum has the type')
  let picked = random.pick(fitting)
  // Where there is nothing but the list, it holds.
  if (hasMore(schema) && !holds(schema, picked)) {
    fitting = fitting.filter((literal) => holds(schema, literal))
    if (fitting.length === 0) throw new UnsupportedSchemaError('no value of the enum fits the other keywords')
    picked = random.pick(fitting)
  }
  if (typeof picked === 'string') work.spend(picked.length / 20)
  else if (typeof picked === 'object') work.spend(JSON.stringify(picked).length / 20)
  return { value: picked }
}

const OF_LITERALS = new Set(['type', 'enum', 'title', 'description'])

function hasMore(schema: MergedSchema): boolean {
  for (const keyword in schema) if (!OF_LITERALS.has(keyword)) return true
  return false
}

function typeOf(schema: MergedSchema, random: Random): string {
  const types = [schema.type ?? impliedType(schema)].flat()
  const substantial = types.filter((type) => type !== 'null')
  // A model mostly has something to say where it may say null.
  if (substantial.length > 0 && (substantial.length === types.length || random.chance(0.85))) {
    return random.pick(substantial)
  }
  return types[0] ?? 'null'
}

const OF_OBJECTS = [
  'properties',
  'required',
  'propertyNames',
  'patternProperties',
  'minProperties',
  'maxProperties',
  'dependentRequired',
  'dependentSchemas',
] as const
const OF_ARRAYS = ['items', 'minItems', 'prefixItems', 'contains'] as const
const OF_NUMBERS = ['minimum', 'maximum', 'multipleOf'] as const

function impliedType(schema: MergedSchema): string {
  const has = (keywords: readonly (keyof MergedSchema)[]) =>
    keywords.some((keyword) => schema[keyword] !== undefined)
  if (has(OF_OBJECTS)) return 'object'
  if (has(OF_ARRAYS)) return 'array'
  return has(OF_NUMBERS) ? 'number' : 'string'
}

function hasBranches(schema: JsonSchema): boolean {
  if (typeof schema === 'boolean') return false
  return [schema.anyOf, schema.oneOf, schema.allOf, schema.$ref].some((keyword) => keyword !== undefined)
}

function noneFound(schema: JsonSchema): string {
  const isOneOf = typeof schema === 'object' && schema.oneOf !== undefined
  return isOneOf
    ? 'no instance found that holds for exactly one branch of oneOf'
    : 'no instance found that fits all keywords'
}

/** A value of the type, whatever else is asked. */
function anyValue(schema: JsonSchema): JsonValue {
  if (typeof schema === 'boolean') return null
  const [literal] = schema.enum ?? (schema.const === undefined ? [] : [schema.const])
  if (literal !== undefined) return literal
  switch ([schema.type ?? impliedType(schema)].flat()[0]) {
    case 'object':
      return {}
    case 'array':
      return []
    case 'number':
    case 'integer':
      return 1
    case 'boolean':
      return false
    case 'null':
      return null
    default:
      return 'text'
  }
}
