import type { Random } from '../random.ts'
import { allFormatCandidates, formatCandidates } from './formats.ts'
import { type JsonSchemaObject, UnsupportedSchemaError } from './json-schema.ts'
import { stringOfPattern } from './pattern.ts'
import type { Writer } from './writer.ts'

const TRIES = 10
/** A schema that asks for longer strings would hold up the process. */
const LONGEST_MINIMUM = 100_000

/** A string for a property: by format, by pattern, or text in the words of the prompt. */
export function stringOf(
  schema: JsonSchemaObject,
  property: string,
  { random, writer }: { readonly random: Random; readonly writer: Writer },
): string {
  const pattern = schema.pattern === undefined ? undefined : compile(schema.pattern)
  const min = schema.minLength ?? 0
  const max = schema.maxLength ?? Infinity
  if (min > LONGEST_MINIMUM) throw new UnsupportedSchemaError(`minLength ${min} is too long`)
  const valid = (text: string) => {
    const length = lengthOf(text)
    return length >= min && length <= max && (pattern === undefined || pattern.test(text))
  }
  const candidates =
    schema.format === undefined ? undefined : formatCandidates(schema.format, { random, writer })
  if (candidates !== undefined) {
    const found = candidates.find(valid)
    if (found !== undefined) return found
    throw new UnsupportedSchemaError(`no string of format ${schema.format} fits the other keywords`)
  }
  for (let i = 0; i < TRIES; i += 1) {
    const text = fitLength(writer.property(property), min, max, writer)
    if (valid(text)) return text
    if (schema.pattern === undefined) continue
    // Patterns too complex to invert are mostly those of a format: zod's `iso.time()` sends only that.
    const known = allFormatCandidates({ random, writer }).find(valid)
    if (known !== undefined) return known
    const made = stringOfPattern(schema.pattern, random)
    if (valid(made)) return made
  }
  throw new UnsupportedSchemaError(`no string found for pattern ${schema.pattern}, length ${min} to ${max}`)
}

function compile(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u')
  } catch {
    throw new UnsupportedSchemaError(`not a regular expression: ${pattern}`)
  }
}

/** JSON Schema counts code points. */
function lengthOf(text: string): number {
  return [...text].length
}

function fitLength(text: string, min: number, max: number, writer: Writer): string {
  let fitted = text
  while (lengthOf(fitted) < min) fitted += ` ${writer.sentence()}`
  const points = [...fitted]
  if (points.length <= max) return fitted
  const cut = points.slice(0, max).join('')
  const words = cut.slice(0, cut.lastIndexOf(' ')).replace(/[\s,;:.]+$/, '')
  return words !== '' && lengthOf(words) >= min ? words : cut
}
