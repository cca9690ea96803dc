import type { Random } from '../random.ts'
import { UnsupportedSchemaError } from './json-schema.ts'

/** How often `*` and `+` repeat at most. */
const MAX_REPEAT = 8
const CLASSES: Readonly<Record<string, string>> = {
  d: '0123456789',
  w: 'abcdefghijklmnopqrstuvwxyz0123456789',
  s: ' ',
}
const ATOM = /\\([\s\S])|\[(\^?)((?:\\.|[^\]\\])*)\]|([^()|[\]{}*+?^$])/y
const QUANTIFIER = /\{(\d+)(,?)(\d*)\}|([*+?])/y

/**
 * A string for a simple pattern: literals, `.`, `\d \w \s`, character classes, quantifiers, `^` and `$`
 * at the ends. Groups and alternatives are refused: a generator for all of the syntax would be larger
 * than the rest of the content.
 */
export function stringOfPattern(pattern: string, random: Random): string {
  const source = pattern.replace(/^\^/, '').replace(/(?<!\\)\$$/, '')
  let text = ''
  let at = 0
  while (at < source.length) {
    ATOM.lastIndex = at
    const atom = ATOM.exec(source)
    if (atom === null) throw new UnsupportedSchemaError(`pattern too complex for this mock: ${pattern}`)
    at = ATOM.lastIndex
    const choices = choicesOf(atom, pattern)
    QUANTIFIER.lastIndex = at
    const quantifier = QUANTIFIER.exec(source)
    if (quantifier !== null) at = QUANTIFIER.lastIndex
    const [min, max] = repeats(quantifier)
    for (let i = random.int(min, max); i > 0; i -= 1) text += choices[random.int(0, choices.length - 1)]
  }
  return text
}

function choicesOf(atom: RegExpExecArray, pattern: string): string {
  const [, escaped, negated, members, literal] = atom
  if (literal !== undefined) return literal === '.' ? (CLASSES.w as string) : literal
  if (escaped !== undefined) return escapedCharacters(escaped, pattern)
  if (negated === '^') throw new UnsupportedSchemaError(`pattern too complex for this mock: ${pattern}`)
  let choices = ''
  for (const member of (members ?? '').matchAll(/\\(.)|(.)-([^\\])|(.)/g)) {
    if (member[1] !== undefined) choices += escapedCharacters(member[1], pattern)
    else if (member[4] !== undefined) choices += member[4]
    else {
      const from = (member[2] as string).charCodeAt(0)
      const to = (member[3] as string).charCodeAt(0)
      for (let code = from; code <= to; code += 1) choices += String.fromCharCode(code)
    }
  }
  return choices
}

function escapedCharacters(character: string, pattern: string): string {
  const known = CLASSES[character]
  if (known !== undefined) return known
  if (/[A-Za-z0-9]/.test(character)) {
    throw new UnsupportedSchemaError(`pattern too complex for this mock: ${pattern}`)
  }
  return character
}

function repeats(quantifier: RegExpExecArray | null): readonly [number, number] {
  if (quantifier === null) return [1, 1]
  const [, least, comma, most, sign] = quantifier
  if (sign === '?') return [0, 1]
  if (sign === '*') return [0, MAX_REPEAT]
  if (sign === '+') return [1, MAX_REPEAT]
  const min = Number(least)
  return [min, comma === '' ? min : most === '' ? min + MAX_REPEAT : Number(most)]
}
