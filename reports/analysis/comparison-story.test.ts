import { expect, test } from 'vitest'
import { fixtureResult } from '../fixture.test-data.ts'
import { compareResults } from './comparison.ts'
import { comparisonHeadline, comparisonStories } from './comparison-story.ts'

const base = { name: 'a', result: fixtureResult() }

function slower() {
  const result = fixtureResult()
  for (const mode of result.scenarios[1]?.modes ?? [])
    if (mode.mode === 'parallel') mode.duration.p50Ms *= 1.25
  return result
}

test('a result against itself: no figure changed', () => {
  const stories = comparisonStories(compareResults([base, { name: 'b', result: fixtureResult() }]))
  expect(comparisonHeadline(stories)).toBe('No figure changed.')
})

test('a slower mode makes its duration and its speed-up worse, and is named as what changed most', () => {
  const stories = comparisonStories(compareResults([base, { name: 'b', result: slower() }]))
  expect(stories).toMatchObject([{ letter: 'B', name: 'b', better: 0, worse: 2 }])
  expect(stories[0]?.most).toMatch(/^tight-limits, parallel: .* → .* \(\+25\.0 % ▼\)$/)
  expect(comparisonHeadline(stories)).toBe('B against A: 0 figures better, 2 worse.')
})

test('of another clock nothing is said', () => {
  const stories = comparisonStories(
    compareResults([base, { name: 'b', result: { ...slower(), clock: 'real' } }]),
  )
  expect(stories).toMatchObject([{ compared: 0, better: 0, worse: 0, most: null }])
})
