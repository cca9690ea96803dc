import { expect, test } from 'vitest'
import { fixtureResult, HOSTILE } from '../fixture.test-data.ts'
import { renderHtml } from './render-html.tsx'
import { chartsIn, timelinesIn } from './unpack-page.test-data.ts'

const html = renderHtml(fixtureResult())
/** The page without its styles and scripts: what is shown. */
const shown = html.replace(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, '')
const charts = chartsIn(html)

test('rendering twice gives the same bytes', () => {
  expect(renderHtml(fixtureResult())).toBe(html)
})

test('what a scenario’s author wrote is shown as text', () => {
  expect(html).not.toContain(HOSTILE)
  expect(shown).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
})

test('nothing is loaded: no element refers to anything outside the page', () => {
  const references = [...shown.matchAll(/\s(?:src|href|srcset|action|data)="([^"]*)"/g)].map(
    (match) => match[1],
  )
  expect(references.filter((reference) => !/^(#|data:,)/.test(reference ?? ''))).toEqual([])
  expect(html).not.toMatch(/@import|url\(\s*['"]?(?!data:)[a-z]+:/i)
  expect(html).not.toContain('sourceMappingURL')
})

test('the page runs one script, and holds one of data for the charts of each scenario and each timeline', () => {
  const result = fixtureResult()
  const columns = result.scenarios.reduce((sum, one) => sum + one.modes.length + one.variants.length, 0)
  expect([...html.matchAll(/<script>/g)]).toHaveLength(1)
  expect([...html.matchAll(/<script type="text\/plain"/g)]).toHaveLength(result.scenarios.length + columns)
  expect([...html.matchAll(/<script\b/g)]).toHaveLength([...html.matchAll(/<\/script/g)].length)
  expect(timelinesIn(html)).toHaveLength(columns)
})

test('what a hostile name has in the data of a chart cannot end its script', () => {
  const result = fixtureResult()
  const hostile = {
    ...result,
    scenarios: result.scenarios.map((scenario) => ({
      ...scenario,
      name: HOSTILE,
      modes: scenario.modes.map((mode) => ({
        ...mode,
        mode: mode.mode === 'safe' ? HOSTILE : mode.mode,
        repetitions: mode.repetitions.map((one) => ({
          ...one,
          calls: one.calls.map((call) => ({ ...call, item: HOSTILE, error: HOSTILE })),
          output: { ...one.output, firstError: HOSTILE },
        })),
      })),
    })),
  }
  const page = renderHtml(hostile)
  expect(page).not.toContain(HOSTILE)
  expect(chartsIn(page).some(({ labels }) => labels.includes(HOSTILE))).toBe(true)
  expect(timelinesIn(page).some(({ items }) => items.includes(HOSTILE))).toBe(true)
})

test('every chart has its canvas, its description and its table', () => {
  for (const { id } of charts) {
    const figure = new RegExp(`<figure class="card chart" id="${id}">.*?</figure>`, 's').exec(shown)?.[0]
    expect(figure).toMatch(/<canvas role="img" aria-label="[^"]+">/)
    expect(figure).toContain('<table')
  }
  // And a timeline for each scenario.
  expect([...shown.matchAll(/<figure/g)]).toHaveLength(charts.length + 2)
})

test('a scenario with limits, ablation and scaling has a chart of each', () => {
  const titles = charts.filter(({ id }) => id.startsWith('scenario-tight-limits')).map(({ title }) => title)
  expect(titles).toEqual([
    'Duration by phase',
    'What each tier takes off',
    'Speed-up against sequential',
    'Efficiency: measured against the lower bound',
    'Flag by flag',
    'What each flag takes off',
    'Calls, attempts and 429s',
    'Waiting by cause, sum over all tasks',
    'Response times by percentile',
    'Distribution of response times',
    'Use of the limits over time',
    'Round trips by statement',
    'Duration as the workload grows',
    'Efficiency as the workload grows',
    'Duration with more at once',
    'Efficiency with more at once',
  ])
})

test('each link within the page leads to something in it', () => {
  const ids = new Set([...shown.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]))
  const targets = [...shown.matchAll(/\shref="#([^"]*)"/g)].map((match) => match[1])
  expect(targets.filter((target) => !ids.has(target))).toEqual([])
})

test('every table has a caption and every header cell a scope', () => {
  expect([...shown.matchAll(/<table/g)]).toHaveLength([...shown.matchAll(/<caption/g)].length)
  expect([...shown.matchAll(/<th\b(?![^>]*scope=)/g)]).toEqual([])
})

test('ids are unique', () => {
  const ids = [...shown.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1])
  expect(new Set(ids).size).toBe(ids.length)
})

test('failed checks come before the figures', () => {
  expect(shown.indexOf('Check failed: log is whole')).toBeLessThan(
    shown.indexOf('The plan against the measurement'),
  )
})

test('a single mode without sequential still renders', () => {
  const result = fixtureResult()
  const scenarios = result.scenarios.map((scenario) => ({ ...scenario, modes: scenario.modes.slice(3) }))
  expect(renderHtml({ ...result, scenarios })).toContain('No mode can be compared')
})

test('a variant has a bar in every chart of modes, and its failed items in the summary', () => {
  const ofModes = charts.filter(
    ({ id, labels }) => id.includes('tight-limits') && !id.endsWith('-tiers') && labels[0] === 'sequential',
  )
  expect(ofModes).toHaveLength(4)
  expect(ofModes.every(({ labels }) => labels.includes('no governor'))).toBe(true)
  expect(shown).toContain('2 failed')
})

test('the longest invocation stands against its budget, and a run without a budget beside the modes', () => {
  const result = fixtureResult()
  const { output } = result.scenarios[0]?.modes[0]?.repetitions[0] ?? {}
  if (output === undefined) throw new Error('expected a repetition in the fixture')
  const unbounded = { mode: 'sequential', budgetMs: 86_400_000, durationMs: 1_234, invocations: 1, output }
  const scenarios = result.scenarios.map((scenario) => ({ ...scenario, budgetMs: 600_000, unbounded }))
  const page = renderHtml({ ...result, scenarios })
  expect(page).toContain('sequential, for comparison without a budget')
  expect(page).toMatch(/longest \/ budget/)
})
