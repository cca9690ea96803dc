import type { AST } from '@eslint-community/regexpp'
import { SchemaTooComplexError, UnsupportedSchemaError } from './json-schema.ts'
import { isCharacterNode, type PatternTree, testerOf } from './pattern-parse.ts'
import type { Work } from './work.ts'

/** Whether what is left of the pattern matches from this position on. */
type Rest = (at: number) => boolean

/**
 * Whether a pattern matches a text, as RegExp with the flag `u` says it. RegExp itself may take longer than
 * the age of the universe for a pattern that a client sends, and engines without backtracking know no
 * lookahead, which the patterns of zod's formats have. This one backtracks, but never twice over the same
 * ground, and counts its steps.
 */
export function matches(pattern: PatternTree, text: string, work: Work): boolean {
  const points = Array.from(text)
  const isWord = (at: number) => /^\w$/.test(points[at] ?? '')
  const memo = (rest: Rest): Rest => {
    const known = new Map<number, boolean>()
    return (at) => {
      const before = known.get(at)
      if (before !== undefined) return before
      work.spend(1)
      // Coming back here without a character in between leads nowhere new.
      known.set(at, false)
      const result = rest(at)
      known.set(at, result)
      return result
    }
  }
  const anyOf = (alternatives: readonly AST.Alternative[], next: Rest): Rest => {
    const branches = alternatives.map(({ elements }) =>
      elements.reduceRight<Rest>((rest, element) => one(element, rest), next),
    )
    return branches.length === 1 ? (branches[0] as Rest) : memo((at) => branches.some((branch) => branch(at)))
  }
  const one = (element: AST.Element, next: Rest): Rest => {
    work.spend(3)
    if (isCharacterNode(element)) {
      const fits = testerOf(element)
      return (at) => at < points.length && fits(points[at] as string) && next(at + 1)
    }
    switch (element.type) {
      case 'Group':
        if (element.modifiers !== null) throw new UnsupportedSchemaError('a pattern with modifiers')
        return anyOf(element.alternatives, next)
      case 'CapturingGroup':
        return anyOf(element.alternatives, next)
      case 'Quantifier':
        return repeated(element, next)
      case 'Assertion':
        return asserted(element, next)
      default:
        throw new UnsupportedSchemaError(`a pattern with ${element.raw}`)
    }
  }
  const asserted = (element: AST.Assertion, next: Rest): Rest => {
    switch (element.kind) {
      case 'start':
        return (at) => at === 0 && next(at)
      case 'end':
        return (at) => at === points.length && next(at)
      case 'word':
        return (at) => (isWord(at - 1) !== isWord(at)) !== element.negate && next(at)
      case 'lookahead': {
        const inner = anyOf(element.alternatives, () => true)
        return (at) => inner(at) !== element.negate && next(at)
      }
      case 'lookbehind':
        return (at) => {
          if (!next(at)) return false
          let found = false
          for (let from = at; from >= 0 && !found; from -= 1) {
            found = anyOf(element.alternatives, (end) => end === at)(from)
          }
          return found !== element.negate
        }
    }
  }
  const repeated = ({ element, min, max }: AST.Quantifier, next: Rest): Rest => {
    if (isCharacterNode(element)) {
      const fits = testerOf(element)
      return memo((at) => {
        let end = at
        while (end < points.length && end - at < max && fits(points[end] as string)) end += 1
        work.spend((end - at) / 5)
        for (let stop = end; stop >= at + min; stop -= 1) if (next(stop)) return true
        return false
      })
    }
    let rest = next
    if (max === Infinity) {
      const loop: Rest = memo((at) => next(at) || again(at))
      const again = one(element, (at) => loop(at))
      rest = loop
    } else {
      for (let i = min; i < max; i += 1) {
        const more = one(element, rest)
        rest = memo((at) => next(at) || more(at))
      }
    }
    for (let i = 0; i < min; i += 1) rest = one(element, rest)
    return rest
  }
  try {
    const whole = anyOf(pattern.alternatives, () => true)
    for (let at = 0; at <= points.length; at += 1) if (whole(at)) return true
    return false
  } catch (error) {
    throw error instanceof RangeError ? new SchemaTooComplexError() : error
  }
}
