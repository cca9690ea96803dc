import { type JsonSchema, type JsonValue, UnsupportedSchemaError } from './json-schema.ts'
import { stringOfPattern } from './pattern.ts'
import type { SchemaContext } from './schema-context.ts'
import type { Place } from './schema-flatten.ts'
import { type MergedSchema, schemasOfProperty } from './schema-merge.ts'

/** How many entries a record gets that asks for none. */
const FREE_ENTRIES = 2
/** How often a name is drawn again that is there already. */
const TRIES = 5

/** @param write Writes the value of one property, or its name. */
export function writeObject(
  of: MergedSchema,
  place: Place,
  context: SchemaContext,
  write: (schema: JsonSchema, property: string) => JsonValue,
): JsonValue {
  const { random, work } = context
  const properties = of.properties ?? {}
  const required = new Set(of.required ?? [])
  const names = [...new Set([...Object.keys(properties), ...required])]
  work.spend(names.length / 5)
  const least = of.minProperties ?? 0
  const most = of.maxProperties ?? Infinity
  const all = least > required.size
  const entries = new Map<string, JsonValue>()
  let optional = most - required.size
  for (const name of names) {
    // A model fills in most of what it may leave out.
    if (!required.has(name) && !all && (place.minimal || !random.chance(0.8))) continue
    if (!required.has(name) && optional <= 0) continue
    const own = Object.hasOwn(properties, name) ? properties[name] : of.additionalProperties
    if (own === false && !required.has(name)) continue
    if (!required.has(name)) optional -= 1
    entries.set(name, write(valueSchema(of, name, context), name))
  }
  const free = names.length === 0 && isRecord(of) && !place.minimal ? FREE_ENTRIES : 0
  const wanted = Math.min(most, Math.max(least, free))
  for (let tries = 0; entries.size < wanted && tries < wanted * TRIES; tries += 1) {
    const name = freeName(of, context, write, entries)
    if (name === undefined) break
    if (entries.has(name) || (Object.hasOwn(properties, name) && properties[name] === false)) continue
    entries.set(name, write(valueSchema(of, name, context), name))
  }
  if (entries.size < least) {
    throw new UnsupportedSchemaError(`minProperties ${least} with ${names.length} named`)
  }
  return Object.fromEntries(entries)
}

/** Whether it says what its entries are, and not only that there may be some. */
function isRecord({ additionalProperties, patternProperties, propertyNames }: MergedSchema): boolean {
  return (
    typeof additionalProperties === 'object' || patternProperties !== undefined || propertyNames !== undefined
  )
}

function valueSchema(of: MergedSchema, name: string, context: SchemaContext): JsonSchema {
  const schemas = schemasOfProperty(of, name, context)
  return schemas.length === 1 ? (schemas[0] as JsonSchema) : { allOf: schemas }
}

/** A name for an entry that the schema does not name; undefined when there may be none. */
function freeName(
  of: MergedSchema,
  { random, writer, work, parsePattern, matches }: SchemaContext,
  write: (schema: JsonSchema, property: string) => JsonValue,
  taken: ReadonlyMap<string, unknown>,
): string | undefined {
  if (of.propertyNames !== undefined) {
    const name = write({ allOf: [{ type: 'string' }, of.propertyNames] }, 'key')
    return typeof name === 'string' ? name : undefined
  }
  const patterns = Object.entries(of.patternProperties ?? {}).filter(([, part]) => part !== false)
  if (patterns.length > 0) {
    const [pattern] = random.pick(patterns)
    const name = stringOfPattern(parsePattern(pattern), random, work)
    const longer = `${name}${taken.size}`
    return taken.has(name) && matches(pattern, longer) ? longer : name
  }
  if ((of.additionalProperties ?? of.unevaluatedProperties) === false) return undefined
  work.spend(8)
  const name = writer.property('key')
  return taken.has(name) ? `${name}-${taken.size}` : name
}
