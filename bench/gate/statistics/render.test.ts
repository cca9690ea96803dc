import reportBuilder from 'junit-report-builder'
import { expect, test } from 'vitest'
import { type CostComparison, compareCosts } from './compare-costs.ts'
import { noise, pairWith, THRESHOLDS } from './pairs.test-data.ts'
import { addCostSuite, renderCostMarkdown, renderCostText } from './render.ts'

/** CPU time 10 % more, wall time about at its threshold. */
function worse(): Promise<CostComparison> {
  const sample = async (pair: number) =>
    pairWith({ cpu: 0.1 + noise(pair) / 1_000, wall: 0.03 + noise(pair) / 250 })
  return compareCosts(THRESHOLDS, 1, sample, () => {})
}

test('the text names each verdict with its figures', async () => {
  const text = renderCostText(await worse(), undefined, { commits: 'a..b', command: 'npm run gate' })
  expect(text).toContain('✗ FAILED: 9 statistical metrics (1 regressed, 7 OK, 1 inconclusive)')
  expect(text).toMatch(
    /✗ REGRESSED CPU time of a batch 100 ms → 110 ms \(\+10\.\d % within pairs, 95 % interval \+\d.* 3\.0 % is allowed; confirmed by 8 fresh pairs: \+/,
  )
  expect(text).toMatch(/\? INCONCLUSIVE wall time .* would have been seen in 95 % of such measurements/)
  expect(text).toContain('· OK allocations of a batch 0.1 KiB → 0.1 KiB')
  expect(text).toContain('Commits: a..b\nRepeat it: npm run gate\n')
  expect(text).toContain('Quality of this gate: not measured')
})

test('the Markdown has a row for each metric, and a sentence for each that is not OK', async () => {
  const markdown = renderCostMarkdown(await worse(), undefined)
  expect(markdown).toContain('#### ❌ Statistical metrics: failed')
  expect(markdown.split('\n').filter((line) => line.startsWith('| '))).toHaveLength(10)
  expect(markdown).toContain('- REGRESSED: CPU time of a batch 100 ms → 110 ms')
  expect(markdown).toContain('- INCONCLUSIVE: wall time of a batch')
})

test('JUnit has a failure for what regressed, and skips what is inconclusive', async () => {
  const builder = reportBuilder.newBuilder()
  addCostSuite(builder, await worse(), ['Commits: a..b', 'Repeat it: npm run gate'])
  const xml = builder.build()
  expect(xml).toMatch(/<testsuite [^>]*tests="9"[^>]*/)
  expect(xml.match(/<failure /g)).toHaveLength(1)
  expect(xml).toMatch(/confirmed by 8 fresh pairs.*&#xA;Commits: a\.\.b&#xA;Repeat it: npm run gate/)
  expect(xml.match(/<skipped/g)).toHaveLength(1)
})

test('what became better, as surely as pairs show, is marked', async () => {
  const sample = async (pair: number) => pairWith({ cpu: -0.1 + noise(pair) / 1_000 })
  const costs = await compareCosts(THRESHOLDS, 1, sample, () => {})
  const text = renderCostText(costs, undefined, { commits: 'a..b', command: 'npm run gate' })
  expect(text).toContain('▲ OK CPU time of a batch')
  expect(text).toContain('· OK wall time of a batch')
  expect(renderCostMarkdown(costs, undefined)).toContain('| ▲ | CPU time of a batch')
})
