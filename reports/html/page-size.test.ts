import { expect, test } from 'vitest'
import { hundredThousandCalls, manyScenarios } from '../large-result.test-data.ts'
import { renderHtml } from './render-html.tsx'
import { timelinesIn } from './unpack-page.test-data.ts'

const bytes = (html: string) => Buffer.byteLength(html)

test('twenty scenarios in four modes, with ablation, scaling and limits, stay under 1.5 MB', () => {
  expect(bytes(renderHtml(manyScenarios(20)))).toBeLessThan(1_500_000)
})

test('a hundred thousand calls stay under 1.5 MB too, and all of them are in the timelines', () => {
  const html = renderHtml(hundredThousandCalls())
  expect(bytes(html)).toBeLessThan(1_500_000)
  const bars = timelinesIn(html).flatMap(({ lanes }) => lanes.map(({ kinds }) => kinds.length))
  expect(bars.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(100_000)
})
