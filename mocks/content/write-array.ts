import { type JsonSchema, type JsonValue, UnsupportedSchemaError } from './json-schema.ts'
import type { SchemaContext } from './schema-context.ts'
import type { Place } from './schema-flatten.ts'
import type { MergedSchema } from './schema-merge.ts'

/** How often an item that has to be unique is drawn again. */
const TRIES = 20
/** No model writes more than this. */
export const MOST_ITEMS = 100_000

/** @param write Writes one item. */
export function writeArray(
  of: MergedSchema,
  place: Place,
  { random, work }: SchemaContext,
  write: (item: JsonSchema) => JsonValue,
): JsonValue {
  const first = of.prefixItems ?? []
  const contained = of.contains === undefined ? 0 : (of.minContains ?? 1)
  const rest = of.items ?? of.unevaluatedItems ?? true
  const min = Math.max(of.minItems ?? 0, contained)
  const max = Math.min(of.maxItems ?? Infinity, rest === false ? first.length : Infinity)
  if (of.minItems !== undefined && of.maxItems !== undefined && of.minItems > of.maxItems) {
    throw new UnsupportedSchemaError(`minItems ${of.minItems} is more than maxItems ${of.maxItems}`)
  }
  if (min > max) throw new UnsupportedSchemaError(`${min} items asked for, ${max} allowed`)
  if (min > MOST_ITEMS) throw new UnsupportedSchemaError(`minItems ${min} is too many`)
  const least = place.minimal ? min : Math.max(min, Math.min(Math.max(2, first.length), max))
  // A tuple is as long as it is; other lists are of some length.
  const most = place.minimal || first.length > 0 ? least : Math.min(max, least + 2)
  const length = random.int(least, most)
  const items: JsonValue[] = []
  const seen = new Set<string>()
  for (let tries = 0; items.length < length && tries < length * TRIES; tries += 1) {
    const own = first[items.length] ?? rest
    const item = write(length - items.length <= contained ? contains(own, of.contains) : own)
    if (of.uniqueItems) {
      const key = JSON.stringify(item)
      work.spend(key.length / 100)
      if (seen.has(key)) continue
      seen.add(key)
    }
    items.push(item)
  }
  if (items.length < min) throw new UnsupportedSchemaError(`no ${min} different items found`)
  return items
}

/** What has to be contained comes last: the first places may have schemas of their own. */
function contains(own: JsonSchema, contained: JsonSchema | undefined): JsonSchema {
  if (contained === undefined || own === false) return own
  return own === true ? contained : { allOf: [own, contained] }
}
