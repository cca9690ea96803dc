import { type JsonSchema, type JsonValue, mayTryAgain, UnsupportedSchemaError } from './json-schema.ts'
import type { SchemaContext } from './schema-context.ts'
import { withHints } from './schema-hints.ts'
import { type MergedSchema, mergeSchemas } from './schema-merge.ts'
import { rewritten, toBeChecked } from './schema-rewrite.ts'

/** Where in the schema we are. */
export interface Place {
  /** The references that were followed to get here. */
  readonly references: readonly string[]
  /** Recursion is to end: no optional properties, the fewest items, the shallowest branch. */
  readonly minimal: boolean
}

/** A schema without `$ref`, allOf, anyOf and oneOf. */
export interface FlatSchema {
  readonly schema: MergedSchema
  readonly place: Place
  /** What the instance must pass afterwards: that only one branch of a oneOf holds. */
  readonly checks: readonly ((value: JsonValue) => boolean)[]
}

/** How often one reference may be followed inside of itself before recursion is to end. */
const MAX_RECURSION = 2
/** As often as this only where it has no end. */
const HARD_RECURSION = 20

/** An error with its stack takes longer than what failed. */
export const STEPS_OF_A_FAILURE = 15

/** Follows references and chooses branches, by seed. */
export function flatten(schema: JsonSchema, place: Place, context: SchemaContext): FlatSchema {
  context.work.spend(1)
  if (schema === false) throw new UnsupportedSchemaError('the schema `false` has no instance')
  if (schema === true) return { schema: {}, place, checks: [] }
  if (schema.$dynamicRef !== undefined) {
    throw new UnsupportedSchemaError('keyword not supported: $dynamicRef')
  }
  context.work.spend(15 + place.references.length / 10)
  const { $ref, allOf, anyOf, oneOf, ...rest } = withHints(schema)
  const checked = toBeChecked(rest)
  const checks = checked === undefined ? [] : [(value: JsonValue) => context.holds(checked, value)]
  let flat: FlatSchema = { schema: rest, place, checks }
  const join = (part: JsonSchema, at: Place): FlatSchema => {
    const next = flatten(part, at, context)
    const minimal = flat.place.minimal || next.place.minimal
    const references =
      next.place.references.length > flat.place.references.length
        ? next.place.references
        : flat.place.references
    return {
      schema: mergeSchemas(flat.schema, next.schema, context),
      place: { ...place, references, minimal },
      checks: [...flat.checks, ...next.checks],
    }
  }
  if ($ref !== undefined) flat = join(context.resolve($ref), follow($ref, place))
  for (const part of withoutRepeats(allOf ?? [])) flat = join(part, flat.place)
  for (const part of rewritten(rest)) flat = join(part, flat.place)
  for (const branches of [anyOf, oneOf]) {
    if (branches === undefined) continue
    context.work.spend(branches.length / 20)
    let joined: FlatSchema | undefined
    let problem: unknown
    for (const branch of inOrder(branches, flat.place, context)) {
      try {
        joined = join(branch, flat.place)
        if (branches === oneOf) {
          context.work.spend(branches.length / 10)
          const chosen = branches.indexOf(branch)
          const others = branches.filter((_, index) => index !== chosen)
          const alone = (value: JsonValue) => !others.some((other) => context.holds(other, value))
          joined = { ...joined, checks: [...joined.checks, alone] }
        }
        break
      } catch (error) {
        if (!mayTryAgain(error)) throw error
        context.work.spend(STEPS_OF_A_FAILURE)
        problem = error
      }
    }
    if (joined === undefined) throw problem ?? new UnsupportedSchemaError('anyOf or oneOf with no branch')
    flat = joined
  }
  return flat
}

/** Generators say one thing twice, and a chain of such would take twice the work at each link. */
function withoutRepeats(parts: readonly JsonSchema[]): readonly JsonSchema[] {
  const references = new Set<string>()
  return parts.filter((part) => {
    const only = typeof part === 'object' && Object.keys(part).length === 1 ? part.$ref : undefined
    if (only === undefined) return true
    const first = !references.has(only)
    references.add(only)
    return first
  })
}

function follow(reference: string, place: Place): Place {
  const followed = place.references.filter((earlier) => earlier === reference).length
  if (followed > HARD_RECURSION) throw new UnsupportedSchemaError('the schema recurs without an end')
  return {
    references: [...place.references, reference],
    minimal: place.minimal || followed >= MAX_RECURSION,
  }
}

/** Branches in the order in which they are tried: one by chance first, or the shallowest. */
function inOrder(
  branches: readonly JsonSchema[],
  place: Place,
  { random, leastDepth }: SchemaContext,
): readonly JsonSchema[] {
  if (branches.length === 0) return []
  if (place.minimal) {
    const depth = new Map(branches.map((branch) => [branch, leastDepth(branch)]))
    return [...branches].sort((a, b) => (depth.get(a) ?? 0) - (depth.get(b) ?? 0))
  }
  const start = random.int(0, branches.length - 1)
  return [...branches.slice(start), ...branches.slice(0, start)]
}
