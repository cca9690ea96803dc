import fc from 'fast-check'
import { expect, test } from 'vitest'
import { randomAbout } from '../random.ts'
import { SchemaTooComplexError } from './json-schema.ts'
import { stringOfPattern } from './pattern.ts'
import { matches } from './pattern-match.ts'
import { parsePattern } from './pattern-parse.ts'
import { createWork } from './work.ts'

/** Patterns that RegExp matches in no time, since they and the texts are short. */
const pattern = fc.letrec<{ part: string }>((tie) => {
  const sequence = fc.array(tie('part'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''))
  const quantifier = fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '{2,}', '*?')
  return {
    part: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '\\d', '\\s', '\\.'),
      fc.constantFrom('^', '$', '\\b', '\\B'),
      fc.tuple(fc.constantFrom('(', '(?:'), sequence, sequence).map(([open, a, b]) => `${open}${a}|${b})`),
      fc.tuple(fc.constantFrom('(?=', '(?!', '(?<=', '(?<!'), sequence).map(([open, a]) => `${open}${a})`),
      fc.tuple(sequence, quantifier).map(([a, sign]) => `(?:${a})${sign}`),
      fc.tuple(fc.constantFrom('a', '[ab]', '.'), quantifier).map(([a, sign]) => `${a}${sign}`),
    ),
  }
}).part

test('a pattern matches what RegExp says', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '.', '1', '😀', '\n'), maxLength: 8 })
  fc.assert(
    fc.property(pattern, text, (source, given) => {
      expect(matches(parsePattern(source), given, createWork())).toBe(new RegExp(source, 'u').test(given))
    }),
    { numRuns: 3_000, seed: 20_261_124 },
  )
})

test.each([
  '^(foo|bar)+$',
  '^[A-Z]{3}-\\d{2,4}\\.x?$',
  '^(?<year>\\d{4})-[^a-z]$',
  '^[\\p{Lu}_]\\u{1F600}?$',
  '^(a{2}|b{3}){2,}$',
  '^[\\s]\\S$',
])('what is made for %s matches it', (source) => {
  for (let seed = 0; seed < 30; seed += 1) {
    const made = stringOfPattern(parsePattern(source), randomAbout(seed), createWork())
    expect(made).toMatch(new RegExp(source, 'u'))
  }
})

test.each([
  '^(A|An|The|[A-Za-z]+|\\s)+!$',
  '^([a-zA-Z0-9]+\\s?)+@@$',
  '^(\\w+\\s?)*[#]$',
  '^(a+)+$',
  '^(a|a)*$',
  '(x+x+)+y',
  '^(([a-z])+.)+[A-Z]([a-z])+$',
])('that %s does not match is found in a few steps', (source) => {
  const work = createWork()
  expect(matches(parsePattern(source), `${'aaaa '.repeat(20)}?`, work)).toBe(false)
  expect(work.spent).toBeLessThan(20_000)
})

test.each(['^a{1000000000}$', '^(ab){1000000}$', '^(((a{1,100}){1,100}){1,100}){1,100}$'])(
  '%s is too much work',
  (source) => {
    const work = createWork()
    const tree = parsePattern(source)
    const full = { most: 100, full: true }
    expect(() => stringOfPattern(tree, randomAbout(1), work, full)).toThrow(SchemaTooComplexError)
  },
)

test('a pattern of a megabyte is too much work', () => {
  expect(() => parsePattern('(a|b)'.repeat(200_000))).toThrow(SchemaTooComplexError)
})
