import { type JsonSchema, resolveReference } from './json-schema.ts'

/** How deep the shallowest instance of a schema is; Infinity when it can only recur. */
export function leastDepth(schema: JsonSchema, root: JsonSchema, seen: readonly string[] = []): number {
  if (typeof schema === 'boolean') return 0
  const depth = (part: JsonSchema) => leastDepth(part, root, seen)
  const depths = [0, ...(schema.allOf ?? []).map(depth)]
  if (schema.$ref !== undefined) {
    if (seen.includes(schema.$ref)) return Infinity
    depths.push(leastDepth(resolveReference(root, schema.$ref), root, [...seen, schema.$ref]))
  }
  for (const branches of [schema.anyOf, schema.oneOf]) {
    if (branches !== undefined) depths.push(Math.min(...branches.map(depth)))
  }
  const properties = schema.properties ?? {}
  for (const name of schema.required ?? []) {
    if (Object.hasOwn(properties, name)) depths.push(1 + depth(properties[name] as JsonSchema))
  }
  if (schema.items !== undefined && (schema.minItems ?? 0) > 0) depths.push(1 + depth(schema.items))
  return Math.max(...depths)
}
