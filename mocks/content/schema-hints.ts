import type { JsonSchemaObject } from './json-schema.ts'

/** Constraints that a model reads and follows. */
const HINTS = [
  // The SDK of before 1.0, which other clients bring along, moves these two as well.
  'enum',
  'const',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minProperties',
]

/** A longer text holds no hints: where they end is found by trying. */
const LONGEST_HINTS = 5_000

/**
 * Structured output takes only a part of JSON Schema. The SDK moves the rest into the end of the
 * description, as `{minItems: 6, maxItems: 6}`, where the model reads it: so does the mock. A keyword of
 * the schema itself wins over a hint.
 */
export function withHints(schema: JsonSchemaObject): JsonSchemaObject {
  let hinted = known.get(schema)
  if (hinted === undefined) {
    const hints = parseHints(schema.description)
    hinted = hints === undefined ? schema : { ...hints, ...schema }
    known.set(schema, hinted)
  }
  return hinted
}

const known = new WeakMap<JsonSchemaObject, JsonSchemaObject>()

function parseHints(description: string | undefined): Partial<JsonSchemaObject> | undefined {
  if (!description?.endsWith('}')) return undefined
  const start = description.startsWith('{') ? 0 : description.lastIndexOf('\n\n{') + 2
  if (start === 1) return undefined
  const text = description.slice(start + 1, -1)
  if (text.length > LONGEST_HINTS) return undefined
  const hints: Record<string, unknown> = {}
  // `, name: ` may also stand inside of a value: the shortest part that is JSON is the value.
  const marks = [...text.matchAll(/(?:^|, )([$\w-]+): /g)]
  let next = 0
  while (next < marks.length) {
    const mark = marks[next] as RegExpExecArray
    const from = mark.index + mark[0].length
    let end = next + 1
    let value: unknown
    for (; end <= marks.length; end += 1) {
      value = tryJson(text.slice(from, marks[end]?.index ?? text.length))
      if (value !== undefined) break
    }
    if (value === undefined) return undefined
    if (isHint(mark[1] as string, value)) hints[mark[1] as string] = value
    next = end
  }
  return hints as Partial<JsonSchemaObject>
}

function isHint(name: string, value: unknown): boolean {
  return HINTS.includes(name) && (name !== 'enum' || Array.isArray(value))
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
