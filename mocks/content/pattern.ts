import type { AST } from '@eslint-community/regexpp'
import type { Random } from '../random.ts'
import { SchemaTooComplexError, UnsupportedSchemaError } from './json-schema.ts'
import { type CharacterNode, isCharacterNode, type PatternTree, testerOf } from './pattern-parse.ts'
import type { Work } from './work.ts'

/** How often `*` and `+` repeat at most, where nothing longer is asked for. */
export const MAX_REPEAT = 8
/** No text that a model writes is longer. */
const MOST_CHARACTERS = 100_000

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const SIGNS = ` -_.,:;!?'"()[]{}/\\@#$%&*+=<>|~^\``
const OTHERS = 'éñöß中日あЯ€🙂\t\n'

/** How often what is repeated without a bound is repeated. */
export interface Repeats {
  readonly most: number
  /** Always `most`, in place of any number up to it. */
  readonly full: boolean
}

/**
 * A string for a pattern. It need not match: what looks around, and what stands before a `^` or after a
 * `$`, is not heeded.
 */
export function stringOfPattern(
  pattern: PatternTree,
  random: Random,
  work: Work,
  repeats: Repeats = { most: MAX_REPEAT, full: false },
): string {
  let length = 0
  const groups = new Map<AST.CapturingGroup, string>()
  const anyOf = (alternatives: readonly AST.Alternative[]): string =>
    random.pick(alternatives).elements.map(one).join('')
  const one = (element: AST.Element): string => {
    work.spend(1)
    if (isCharacterNode(element)) {
      length += 1
      if (length > MOST_CHARACTERS) throw new SchemaTooComplexError()
      return random.pick(choicesOf(element))
    }
    switch (element.type) {
      case 'Group':
        return anyOf(element.alternatives)
      case 'CapturingGroup': {
        const text = anyOf(element.alternatives)
        groups.set(element, text)
        return text
      }
      case 'Quantifier': {
        const { min } = element
        if (min > MOST_CHARACTERS) throw new SchemaTooComplexError()
        const most = Math.min(element.max, Math.max(min, repeats.most))
        const count = repeats.full ? most : random.int(min, Math.min(most, min + repeats.most))
        let text = ''
        for (let i = 0; i < count; i += 1) text += one(element.element)
        return text
      }
      case 'Assertion':
        return ''
      default:
        throw new UnsupportedSchemaError(`a pattern with ${element.raw}`)
    }
  }
  try {
    return anyOf(pattern.alternatives)
  } catch (error) {
    throw error instanceof RangeError ? new SchemaTooComplexError() : error
  }
}

const known = new WeakMap<CharacterNode, readonly string[]>()

/** Characters that a node stands for: letters and digits where it may be one, else what there is. */
function choicesOf(node: CharacterNode): readonly string[] {
  let choices = known.get(node)
  if (choices === undefined) {
    const fits = testerOf(node)
    const ofText = [LETTERS, SIGNS, OTHERS].map((characters) => Array.from(characters).filter(fits))
    choices = [...ofText, charactersIn(node).filter(fits)].find((list) => list.length > 0)
    if (choices === undefined) throw new UnsupportedSchemaError(`no character found for ${node.raw}`)
    known.set(node, choices)
  }
  return choices
}

function charactersIn(node: CharacterNode): string[] {
  if (node.type === 'Character') return [String.fromCodePoint(node.value)]
  if (node.type === 'CharacterSet') return []
  return node.elements.flatMap((element) => {
    if (element.type === 'Character') return [String.fromCodePoint(element.value)]
    if (element.type === 'CharacterClassRange') return [String.fromCodePoint(element.min.value)]
    return []
  })
}
