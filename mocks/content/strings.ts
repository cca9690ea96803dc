import { allFormatCandidates, formatCandidates } from './formats.ts'
import { UnsupportedSchemaError } from './json-schema.ts'
import { MAX_REPEAT, type Repeats, stringOfPattern } from './pattern.ts'
import { type SchemaContext, surelyMatches } from './schema-context.ts'
import { type MergedSchema, patternsOf } from './schema-merge.ts'
import type { Writer } from './writer.ts'

const TRIES = 24
/** A schema that asks for longer strings would hold up the process. */
const LONGEST_MINIMUM = 100_000

function plainText(schema: MergedSchema, property: string, { writer, work }: SchemaContext): string {
  const { minLength = 0, maxLength = Infinity } = schema
  if (minLength > LONGEST_MINIMUM) throw new UnsupportedSchemaError(`minLength ${minLength} is too long`)
  work.spend(8 + minLength / 10)
  if (minLength > maxLength) {
    throw new UnsupportedSchemaError(`minLength ${minLength} is more than maxLength ${maxLength}`)
  }
  const text = fitLength(writer.property(property), minLength, maxLength, writer)
  work.spend(1 + text.length / 20)
  return text
}

/** A string for a property: by format, by pattern, or text in the words of the prompt. */
export function stringOf(schema: MergedSchema, property: string, context: SchemaContext): string {
  const { random, writer, work } = context
  if (schema.pattern === undefined && schema.format === undefined) return plainText(schema, property, context)
  const patterns = patternsOf(schema)
  const trees = patterns.map(context.parsePattern)
  const min = schema.minLength ?? 0
  const max = schema.maxLength ?? Infinity
  if (min > LONGEST_MINIMUM) throw new UnsupportedSchemaError(`minLength ${min} is too long`)
  const valid = (text: string) => {
    const length = lengthOf(text)
    work.spend(1 + length / 20)
    if (length < min || length > max) return false
    return patterns.every((pattern) => surelyMatches(context, pattern, text))
  }
  const candidates =
    schema.format === undefined ? undefined : formatCandidates(schema.format, { random, writer })
  if (candidates !== undefined) {
    const found = candidates.find(valid)
    if (found !== undefined) return found
    throw new UnsupportedSchemaError(`no string of format ${schema.format} fits the other keywords`)
  }
  for (let tried = 0; tried < TRIES; tried += 1) {
    work.spend(8 + min / 10)
    const text = fitLength(writer.property(property), min, max, writer)
    if (valid(text)) return text
    const formed = casesOf(text).find(valid)
    if (formed !== undefined) return formed
    // A pattern alone is mostly that of a format: zod's `iso.time()` sends only that.
    const known = patterns.length === 1 ? allFormatCandidates({ random, writer }).find(valid) : undefined
    if (known !== undefined) return known
    const repeats = repeatsOf(tried, min)
    const made = trees.map((tree) => stringOfPattern(tree, random, work, repeats))
    const found =
      [...made, ...joined(patterns, made)].find(valid) ??
      // Once, since it is the length alone that is missing.
      (tried === 0 ? lengthened(patterns, made, { text, min }).find(valid) : undefined)
    if (found !== undefined) return found
  }
  throw new UnsupportedSchemaError(
    `no string found for pattern ${patterns.join(' and ')}, length ${min} to ${max}`,
  )
}

/** The same words as they are mostly asked for. */
function casesOf(text: string): readonly string[] {
  const lower = text.toLowerCase()
  return [lower, lower.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, ''), text.toUpperCase()]
}

/** Where each pattern asks for a part, as for a beginning and an end, the parts in a row match them all. */
function joined(patterns: readonly string[], made: readonly string[]): readonly string[] {
  if (made.length < 2) return []
  const inOrder = partsInOrder(patterns, made).map(({ text }) => text)
  return [inOrder.join(''), inOrder.toReversed().join('')]
}

/** The parts in a row as well, with letters and digits between them and the end, up to the length. */
function lengthened(
  patterns: readonly string[],
  made: readonly string[],
  { text, min }: { readonly text: string; readonly min: number },
): readonly string[] {
  const parts = partsInOrder(patterns, made)
  const missing = min - parts.reduce((sum, part) => sum + lengthOf(part.text), 0)
  if (missing <= 0) return []
  const before = parts.flatMap((part) => (part.place < 2 ? [part.text] : [])).join('')
  const after = parts.flatMap((part) => (part.place === 2 ? [part.text] : [])).join('')
  const letters = text.toLowerCase().replace(/[^a-z]/g, '') || 'a'
  return [letters, letters.toUpperCase(), '0'].map((filling) => {
    const padding = filling.repeat(Math.ceil(missing / filling.length)).slice(0, missing)
    return `${before}${padding}${after}`
  })
}

function partsInOrder(patterns: readonly string[], made: readonly string[]) {
  const place = (pattern: string) => (pattern.startsWith('^') ? 0 : pattern.endsWith('$') ? 2 : 1)
  const parts = made.map((text, index) => ({ text, place: place(patterns[index] ?? '') }))
  return parts.toSorted((a, b) => a.place - b.place)
}

/** By chance at first; then of the length that is asked for, spread over more and more parts; then short. */
function repeatsOf(tried: number, minLength: number): Repeats {
  if (tried < TRIES / 3) return { most: MAX_REPEAT, full: false }
  if (tried >= (TRIES * 2) / 3) return { most: tried % 4, full: false }
  return { most: Math.max(1, Math.ceil(minLength / (1 + tried - TRIES / 3))), full: true }
}

/** JSON Schema counts code points. */
function lengthOf(text: string): number {
  return [...text].length
}

function fitLength(text: string, min: number, max: number, writer: Writer): string {
  let fitted = text
  for (let length = lengthOf(text); length < min; ) {
    const more = ` ${writer.sentence()}`
    fitted += more
    length += lengthOf(more)
  }
  // As many code units are at least as many code points.
  if (fitted.length <= max) return fitted
  const points = [...fitted]
  if (points.length <= max) return fitted
  const cut = points.slice(0, max).join('')
  const words = cut.slice(0, cut.lastIndexOf(' ')).replace(/[\s,;:.]+$/, '')
  return words !== '' && lengthOf(words) >= min ? words : cut
}
