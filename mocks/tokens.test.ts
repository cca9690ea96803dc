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
