import { z } from 'zod'
import type { Random } from '../random.ts'
import {
  type JsonSchema,
  type JsonSchemaObject,
  type JsonValue,
  refuseUnsupported,
  resolveReference,
  UnsupportedSchemaError,
} from './json-schema.ts'
import { leastDepth } from './schema-depth.ts'
import { withHints } from './schema-hints.ts'
import { mergeSchemas } from './schema-merge.ts'

/** Where in the schema we are. */
export interface Place {
  readonly root: JsonSchema
  /** The references that were followed to get here. */
  readonly references: readonly string[]
  /** Recursion is to end: no optional properties, the fewest items, the shallowest branch. */
  readonly minimal: boolean
}

/** A schema without `$ref`, allOf, anyOf and oneOf. */
export interface FlatSchema {
  readonly schema: JsonSchemaObject
  readonly place: Place
  /** What the instance must pass afterwards: that only one branch of a oneOf holds. */
  readonly checks: readonly ((value: JsonValue) => boolean)[]
}

/** How often one reference may be followed inside of itself before recursion is to end. */
const MAX_RECURSION = 2

/** Follows references and chooses branches, by seed. */
export function flatten(schema: JsonSchema, place: Place, random: Random): FlatSchema {
  if (schema === false) throw new UnsupportedSchemaError('the schema `false` has no instance')
  if (schema === true) return { schema: {}, place, checks: [] }
  refuseUnsupported(schema)
  const { $ref, allOf, anyOf, oneOf, ...rest } = withHints(schema)
  let flat: FlatSchema = { schema: rest, place, checks: [] }
  const join = (part: JsonSchema, at: Place) => {
    const next = flatten(part, at, random)
    const minimal = flat.place.minimal || next.place.minimal
    const references =
      next.place.references.length > flat.place.references.length
        ? next.place.references
        : flat.place.references
    return {
      schema: mergeSchemas(flat.schema, next.schema),
      place: { ...place, references, minimal },
      checks: [...flat.checks, ...next.checks],
    }
  }
  if ($ref !== undefined) flat = join(resolveReference(place.root, $ref), follow($ref, place))
  for (const part of allOf ?? []) flat = join(part, flat.place)
  for (const branches of [anyOf, oneOf]) {
    if (branches === undefined) continue
    let joined: FlatSchema | undefined
    let problem: unknown
    for (const branch of inOrder(branches, flat.place, random)) {
      try {
        joined = join(branch, flat.place)
        if (branches === oneOf) {
          const others = branches.filter((other) => other !== branch)
          joined = {
            ...joined,
            checks: [...joined.checks, (value) => !others.some((other) => holds(other, value, place.root))],
          }
        }
        break
      } catch (error) {
        if (!(error instanceof UnsupportedSchemaError)) throw error
        problem = error
      }
    }
    if (joined === undefined) throw problem ?? new UnsupportedSchemaError('anyOf or oneOf with no branch')
    flat = joined
  }
  return flat
}

function follow(reference: string, place: Place): Place {
  const followed = place.references.filter((earlier) => earlier === reference).length
  return {
    ...place,
    references: [...place.references, reference],
    minimal: place.minimal || followed >= MAX_RECURSION,
  }
}

/** Branches in the order in which they are tried: one by chance first, or the shallowest. */
function inOrder(branches: readonly JsonSchema[], place: Place, random: Random): readonly JsonSchema[] {
  if (branches.length === 0) return []
  if (place.minimal) {
    const depth = new Map(branches.map((branch) => [branch, leastDepth(branch, place.root)]))
    return [...branches].sort((a, b) => (depth.get(a) ?? 0) - (depth.get(b) ?? 0))
  }
  const start = random.int(0, branches.length - 1)
  return [...branches.slice(start), ...branches.slice(0, start)]
}

function holds(schema: JsonSchema, value: JsonValue, root: JsonSchema): boolean {
  if (typeof schema === 'boolean') return schema
  const definitions = typeof root === 'boolean' ? {} : { $defs: root.$defs, definitions: root.definitions }
  try {
    // Through JSON, to drop keys that are undefined.
    const whole = JSON.parse(JSON.stringify({ ...definitions, ...schema }))
    return z.fromJSONSchema(whole).safeParse(value).success
  } catch (error) {
    throw new UnsupportedSchemaError(`oneOf branch cannot be checked: ${(error as Error).message}`)
  }
}
