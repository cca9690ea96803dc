import { type AST, RegExpParser } from '@eslint-community/regexpp'
import { SchemaTooComplexError, UnsupportedSchemaError } from './json-schema.ts'

/** A pattern of a schema, parsed. */
export type PatternTree = AST.Pattern

/** What matches one character. */
export type CharacterNode = AST.Character | AST.CharacterClass | AST.CharacterSet

/** The longest that zod sends has some 500 characters. */
const LONGEST_PATTERN = 5_000

const parser = new RegExpParser({ ecmaVersion: 2025 })

/** As JSON Schema has it: without flags but `u`. */
export function parsePattern(pattern: string): PatternTree {
  if (pattern.length > LONGEST_PATTERN) throw new SchemaTooComplexError()
  try {
    return parser.parsePattern(pattern, 0, pattern.length, { unicode: true })
  } catch (error) {
    if (error instanceof RangeError) throw new SchemaTooComplexError()
    throw new UnsupportedSchemaError(`not a regular expression: ${pattern}`)
  }
}

export function isCharacterNode(node: AST.Element): node is CharacterNode {
  return node.type === 'Character' || node.type === 'CharacterClass' || node.type === 'CharacterSet'
}

const testers = new WeakMap<CharacterNode, (character: string) => boolean>()

/** Whether one character is what the node stands for. Of a pattern only such parts are left to RegExp. */
export function testerOf(node: CharacterNode): (character: string) => boolean {
  let tester = testers.get(node)
  if (tester === undefined) {
    const expression = new RegExp(`^${node.raw}$`, 'u')
    const known = new Map<string, boolean>()
    tester = (character) => {
      let fits = known.get(character)
      if (fits === undefined) {
        fits = expression.test(character)
        known.set(character, fits)
      }
      return fits
    }
    testers.set(node, tester)
  }
  return tester
}
