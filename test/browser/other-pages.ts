/** The pages beside the report of one result, each with as much on it as it can have. */
import { compareResults } from '../../reports/analysis/comparison.ts'
import { indexResults } from '../../reports/analysis/result-index.ts'
import { fixtureResult, HOSTILE } from '../../reports/fixture.test-data.ts'
import { renderGateHtml } from '../../reports/gate/render-gate-html.tsx'
import { renderTrendHtml } from '../../reports/history/render-trend-html.tsx'
import { renderComparisonHtml } from '../../reports/html/compare-page.tsx'
import { renderIndexHtml } from '../../reports/html/index-page.tsx'
import { renderLoadHtml } from '../../reports/load/html/render-load-html.tsx'
import { LOAD_RESULT } from '../../reports/load/load-result.test-data.ts'
import type { BenchResult } from '../../reports/result-schema.ts'
import { renderVerifyHtml } from '../../reports/verify/html/render-verify-html.tsx'
import { VERIFY_RESULT } from '../../reports/verify/verify-result.test-data.ts'

/** A day later, and parallel mode slower by a quarter. */
function slower(): BenchResult {
  const result = fixtureResult()
  for (const { modes } of result.scenarios) {
    for (const { mode, duration } of modes) if (mode === 'parallel') duration.p50Ms *= 1.25
  }
  return { ...result, startedAt: '2026-11-25T10:00:00.000Z' }
}

export function comparePage(): string {
  return renderComparisonHtml(
    compareResults([
      { name: `a/${HOSTILE}.json`, result: fixtureResult() },
      { name: 'b/result.json', result: slower() },
      { name: 'c/result.json', result: fixtureResult() },
    ]),
  )
}

export function indexPage(): string {
  const results = [
    { name: 'a', result: fixtureResult(), report: 'a/report.html' },
    { name: HOSTILE, result: slower(), report: null },
  ]
  return renderIndexHtml(indexResults(results, ['Expected a result file, got old.json: it is older.']))
}

export function gatePage(): string {
  const row = {
    scenario: 'typical',
    mode: HOSTILE,
    metric: 'database round trips',
    before: '1,043',
    after: '1,055',
    reasons: ['story-generation SELECT RunEpic: round trips 2 → 14'],
  }
  return renderGateHtml({
    passed: false,
    compared: 230,
    baseline: 'baselines/exact.json',
    commits: 'f57bb9a91629..daea412ae437',
    command: 'npm run gate -- --scenario typical',
    notes: ['Nothing is said of remote-db: the baseline does not have it.'],
    rows: [
      { ...row, verdict: 'regressed' },
      { ...row, verdict: 'improved', metric: 'duration end to end', before: '12 s', after: '9 s' },
    ],
  })
}

export function trendPage(): string {
  const values = [10, 10, 10, 11, 11, 11]
  return renderTrendHtml({
    labels: values.map((_, index) => `daea41${index} 2026-11-0${index + 1}`),
    notes: [],
    missing: [],
    trends: [
      {
        scenario: 'typical',
        mode: HOSTILE,
        metric: 'duration end to end',
        start: 0,
        unit: 'ms',
        values,
        texts: values.map((value) => `${value}.000 s`),
        changes: [{ index: 3, before: '10 s', after: '11 s', worse: true, pValue: 0.002 }],
        drift: { index: 0, before: '10 s', after: '11 s' },
      },
    ],
  })
}

export function verifyPage(): string {
  return renderVerifyHtml(VERIFY_RESULT)
}

export function loadPage(): string {
  return renderLoadHtml(LOAD_RESULT)
}
