import { checkSchema } from './check-schema.ts'
import { type JsonSchema, SchemaTooComplexError, UnsupportedSchemaError } from './json-schema.ts'

/** Finds the schema that a local reference (`#`, `#/$defs/card`) names. */
export type ResolveReference = (reference: string) => JsonSchema

/** @param checked The schemas of the root that checkSchema has seen: a reference may name anything else. */
export function createReferences(root: JsonSchema, checked: Set<unknown>): ResolveReference {
  const known = new Map<string, JsonSchema>()
  return (reference) => {
    let found = known.get(reference)
    if (found === undefined) {
      found = resolve(root, reference)
      checkSchema(found, reference, checked)
      known.set(reference, found)
    }
    return found
  }
}

/** No name is longer. */
const LONGEST_REFERENCE = 1_000

function resolve(root: JsonSchema, reference: string): JsonSchema {
  if (reference.length > LONGEST_REFERENCE) throw new SchemaTooComplexError()
  if (!/^#($|\/)/.test(reference)) {
    throw new UnsupportedSchemaError(`expected a local $ref, got ${JSON.stringify(reference)}`)
  }
  let found: unknown = root
  for (const part of reference.slice(1).split('/').slice(1)) {
    const name = decoded(part).replaceAll('~1', '/').replaceAll('~0', '~')
    const known = typeof found === 'object' && found !== null && Object.hasOwn(found, name)
    if (!known) throw new UnsupportedSchemaError(`$ref to nothing: ${JSON.stringify(reference)}`)
    found = (found as Record<string, unknown>)[name]
  }
  return found as JsonSchema
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
