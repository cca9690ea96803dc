import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DOCUMENT } from './test-support.ts'
import { cutToTokens, estimateTokens, splitByTokens } from './tokens.ts'

test('English prose has about 4 characters a token', () => {
  expect(DOCUMENT.length / estimateTokens(DOCUMENT)).toBeGreaterThan(3.5)
  expect(DOCUMENT.length / estimateTokens(DOCUMENT)).toBeLessThan(4.9)
})

test('JSON has fewer characters a token than prose', () => {
  const json = JSON.stringify({
    cards: [{ id: 12, title: 'Late orders', kind: 'need', tags: ['stock', 'gate'] }],
  })
  expect(json.length / estimateTokens(json)).toBeLessThan(3.5)
})

test.each([0, 1, 7, 50, 120])('a text cut to %i tokens has that many', (tokens) => {
  expect(estimateTokens(cutToTokens(DOCUMENT, tokens))).toBe(tokens)
})

test('a text that fits is not cut', () => {
  expect(cutToTokens(DOCUMENT, 10_000)).toBe(DOCUMENT)
})

const PIECES = /([A-Za-z'’]+)|([0-9]+)|([!-/:-@[-`{-~]+)|(\n+)|([^\s])/gu
const SIZES = [0, 7, 3, 2]

/** What the expression counts. */
function counted(text: string): number {
  let tokens = 0
  for (const piece of text.matchAll(PIECES)) {
    const group = piece.findIndex((found, index) => index > 0 && found !== undefined)
    tokens += Math.ceil(piece[0].length / (SIZES[group] ?? piece[0].length))
  }
  return tokens
}

test('a long text counts what the expression would, wherever its spaces are', () => {
  const ascii = fc.string({ unit: fc.constantFrom('a', "'", ',', '1', '\n', ' ', '\r'), maxLength: 40 })
  const word = fc.string({ unit: fc.constantFrom('a', '1', '.'), minLength: 300, maxLength: 2_000 })
  const other = fc.constantFrom('', 'é', '😀')
  fc.assert(
    fc.property(
      ascii,
      word,
      ascii,
      other,
      fc.integer({ min: 1, max: 60 }),
      (before, long, after, odd, times) => {
        const text = `${before.repeat(times)}${long}${odd}${after.repeat(times)}`
        expect(estimateTokens(text)).toBe(counted(text))
      },
    ),
    { numRuns: 500, seed: 1 },
  )
})

test('a text whose beginning takes as many bytes as it has characters counts what the expression would', () => {
  const text = `${'日'.repeat(3)}${' a word'.repeat(20_000)}`
  expect(estimateTokens(text)).toBe(counted(text))
})

test('the scan counts what the expression would', () => {
  const unit = fc.constantFrom(
    'a',
    "'",
    '’',
    ',',
    '1',
    '\n',
    ' ',
    'é',
    '😀',
    '\u0000',
    '\ud800',
    '\u00a0',
    '\r',
  )
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit }), fc.string({ unit: 'binary' })), (text) => {
      expect(estimateTokens(text)).toBe(counted(text))
    }),
    { numRuns: 2_000, seed: 1 },
  )
})

test('pieces of a text are together the text, and its tokens', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.integer({ min: 1, max: 9 }),
      (text, size) => {
        const pieces = splitByTokens(text, size)
        expect(pieces.map((piece) => piece.text).join('')).toBe(text)
        expect(pieces.at(-1)?.tokensSoFar ?? 0).toBe(estimateTokens(text))
      },
    ),
    { numRuns: 300, seed: 1 },
  )
})

test('the first piece is one token, the others of about the size', () => {
  const pieces = splitByTokens(DOCUMENT, 8)
  const sizes = pieces.map(({ tokensSoFar }, index) => tokensSoFar - (pieces[index - 1]?.tokensSoFar ?? 0))
  expect(sizes[0]).toBe(1)
  expect(Math.min(...sizes.slice(1, -1))).toBe(8)
  expect(Math.max(...sizes)).toBeLessThan(11)
})
