import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DOCUMENT } from './test-support.ts'
import { cutToTokens, estimateTokens } from './tokens.ts'

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

test('the scan counts what the expression would', () => {
  const counted = (text: string) => {
    let tokens = 0
    for (const piece of text.matchAll(PIECES)) {
      const group = piece.findIndex((found, index) => index > 0 && found !== undefined)
      tokens += Math.ceil(piece[0].length / (SIZES[group] ?? piece[0].length))
    }
    return tokens
  }
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
