import type { JsonSchema, JsonSchemaObject } from './json-schema.ts'
import type { ResolveReference } from './schema-references.ts'
import type { Work } from './work.ts'

/** How deep the shallowest instance of a schema is; Infinity when it can only recur. */
export type LeastDepth = (schema: JsonSchema) => number

/** Each schema is looked at a few times, however many ways lead to it. */
export function createLeastDepth(resolve: ResolveReference, work: Work): LeastDepth {
  const known = new Map<JsonSchemaObject, number>()
  const settled = new Set<JsonSchemaObject>()
  return (schema) => {
    if (typeof schema === 'boolean') return 0
    let seen = new Set<JsonSchemaObject>()
    let changed = !settled.has(schema)
    const depth = (part: JsonSchema): number => {
      if (typeof part === 'boolean') return 0
      const before = known.get(part) ?? Infinity
      if (seen.has(part) || settled.has(part)) return before
      seen.add(part)
      work.spend(1)
      const now = depthOf(part, depth, resolve)
      if (now < before) {
        known.set(part, now)
        changed = true
      }
      return now
    }
    // A schema that recurs is known only when those within it are: again, until nothing gets shallower.
    while (changed) {
      changed = false
      seen = new Set()
      depth(schema)
    }
    for (const part of seen) settled.add(part)
    return known.get(schema) ?? Infinity
  }
}

function depthOf(schema: JsonSchemaObject, depth: LeastDepth, resolve: ResolveReference): number {
  const depths = [0, ...(schema.allOf ?? []).map(depth)]
  if (schema.$ref !== undefined) depths.push(depth(resolve(schema.$ref)))
  for (const branches of [schema.anyOf, schema.oneOf]) {
    if (branches !== undefined) depths.push(least(branches.map(depth)))
  }
  const properties = schema.properties ?? {}
  for (const name of schema.required ?? []) {
    if (Object.hasOwn(properties, name)) depths.push(1 + depth(properties[name] as JsonSchema))
  }
  const items = schema.prefixItems ?? []
  const minItems = schema.minItems ?? 0
  for (const item of items.slice(0, minItems)) depths.push(1 + depth(item))
  if (schema.items !== undefined && minItems > items.length) depths.push(1 + depth(schema.items))
  if (schema.contains !== undefined && schema.minContains !== 0) depths.push(1 + depth(schema.contains))
  return depths.reduce((a, b) => Math.max(a, b))
}

function least(depths: readonly number[]): number {
  return depths.reduce((a, b) => Math.min(a, b), Infinity)
}
