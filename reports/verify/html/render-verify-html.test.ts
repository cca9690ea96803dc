import { expect, test } from 'vitest'
import { VERIFY_RESULT } from '../verify-result.test-data.ts'
import { renderVerifyHtml } from './render-verify-html.tsx'

test('the verdict and its reasons stand before the table of hazards', () => {
  const html = renderVerifyHtml(VERIFY_RESULT)
  expect(html).toMatch(/<h1>Do not roll out<\/h1>.*H5, .*violated in 1 of 100.*id="hazards"/s)
})

test('of none violated the upper bound is given', () => {
  expect(renderVerifyHtml(VERIFY_RESULT)).toMatch(/>0 <span class="of">of 100<\/span>.*at most 2\.95 %/s)
})

test('a violation is a table with a column for each actor, and the place where it goes wrong is marked once', () => {
  const html = renderVerifyHtml(VERIFY_RESULT)
  const timeline = html.slice(html.indexOf('class="timeline"'))
  expect(timeline).toMatch(/>ms<\/th><th scope="col">actor 1<\/th><th scope="col">actor 2<\/th>/)
  expect(timeline.match(/Here it goes wrong/g)).toHaveLength(1)
  expect(timeline).toMatch(/class="statement wrong"/)
  expect(timeline).toContain('npm run verify -- --replay H5-tier2-on-7')
})

test('what was found is text, whatever is in it', () => {
  const html = renderVerifyHtml(VERIFY_RESULT)
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;')
  expect(html).not.toContain('<img')
})

test('the order of the tiers, what is known of each, and what it gains are there', () => {
  const html = renderVerifyHtml(VERIFY_RESULT)
  expect(html).toMatch(/Tier 1<\/strong><span>DO NOT ROLL OUT, 2026-11-23 08:00 UTC, commit abcdef01/)
  expect(html).toContain('Tier 2 takes 3.0 s, Tier 1 4.0 s (25.0 % less)')
})

test('the page needs nothing beside it', () => {
  const html = renderVerifyHtml(VERIFY_RESULT)
  expect(html).not.toMatch(/(src|href)="(https?:|\/)/)
  expect(html).toContain('default-src &#39;none&#39;')
})
