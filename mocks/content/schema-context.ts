import type { Random } from '../random.ts'
import { checkSchema } from './check-schema.ts'
import { type JsonSchema, type JsonValue, SchemaTooComplexError } from './json-schema.ts'
import { matches } from './pattern-match.ts'
import { type PatternTree, parsePattern } from './pattern-parse.ts'
import { createLeastDepth, type LeastDepth } from './schema-depth.ts'
import { createHolds } from './schema-holds.ts'
import { createReferences, type ResolveReference } from './schema-references.ts'
import { createWork, type Work } from './work.ts'
import type { Writer } from './writer.ts'

export interface Source {
  readonly random: Random
  readonly writer: Writer
}

/** What all parts of one answer share. */
export interface SchemaContext extends Source {
  readonly work: Work
  readonly resolve: ResolveReference
  readonly leastDepth: LeastDepth
  readonly parsePattern: (pattern: string) => PatternTree
  /** Whether a pattern matches a text. @throws SchemaTooComplexError when that takes too long to find out */
  readonly matches: (pattern: string, text: string) => boolean
  /** Whether a value is valid, as JSON Schema says it. */
  readonly holds: (schema: JsonSchema, value: JsonValue) => boolean
}

/** One text is matched in a few hundred steps; more are left for other texts. */
const STEPS_OF_ONE_MATCH = 25_000

/** @throws UnsupportedSchemaError when the root is no schema */
export function createSchemaContext(root: JsonSchema, source: Source, work = createWork()): SchemaContext {
  const checked = new Set<unknown>()
  checkSchema(root, '', checked)
  work.spend(checked.size)
  const trees = new Map<string, PatternTree>()
  const treeOf = (pattern: string) => {
    let tree = trees.get(pattern)
    if (tree === undefined) {
      work.spend(5 + pattern.length / 10)
      tree = parsePattern(pattern)
      trees.set(pattern, tree)
    }
    return tree
  }
  const matchesOf = (pattern: string, text: string) => {
    const own = createWork(STEPS_OF_ONE_MATCH)
    try {
      return matches(treeOf(pattern), text, own)
    } finally {
      work.spend(Math.min(own.spent, STEPS_OF_ONE_MATCH))
    }
  }
  const resolve = createReferences(root, checked)
  return {
    ...source,
    work,
    resolve,
    leastDepth: createLeastDepth(resolve, work),
    parsePattern: treeOf,
    matches: matchesOf,
    holds: createHolds({ resolve, matches: matchesOf, work }),
  }
}

/** As `matches`, where a text that takes too long may as well be another. */
export function surelyMatches({ matches, work }: SchemaContext, pattern: string, text: string): boolean {
  try {
    return matches(pattern, text)
  } catch (error) {
    if (!(error instanceof SchemaTooComplexError)) throw error
    // Throws again when it was the whole answer that took too long.
    work.spend(0)
    return false
  }
}
