import { expect, test } from 'vitest'
import { fixtureResult, HOSTILE } from '../fixture.test-data.ts'
import { jsonForScript } from './chart-spec.ts'
import { renderHtml } from './render-html.tsx'

const html = renderHtml(fixtureResult())
/** The page without its styles and scripts: what is shown. */
const shown = html.replace(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, '')
const island = /<script type="application\/json" id="chart-data">(.*?)<\/script>/s.exec(html)?.[1] ?? ''

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

test('the page holds the three scripts it was given and no other', () => {
  expect([...html.matchAll(/<script\b/g)]).toHaveLength(3)
  expect([...html.matchAll(/<\/script/g)]).toHaveLength(3)
})

test('the charts’ data is JSON that cannot end its element', () => {
  expect(island).not.toContain('<')
  const specs = JSON.parse(island)
  expect(specs).toHaveLength(12)
  expect(jsonForScript('</script>')).toBe('"\\u003c/script>"')
})

test('every chart has its canvas, its description and its table', () => {
  const ids = JSON.parse(island).map((spec: { id: string }) => spec.id)
  for (const id of ids) expect(shown).toMatch(new RegExp(`<canvas id="${id}" role="img" aria-label="[^"]+">`))
  expect([...shown.matchAll(/<figure/g)]).toHaveLength(ids.length)
})

test('every table has a caption and every header cell a scope', () => {
  expect([...shown.matchAll(/<table/g)]).toHaveLength([...shown.matchAll(/<caption/g)].length)
  expect([...shown.matchAll(/<th\b(?![^>]*scope=)/g)]).toEqual([])
})

test('ids are unique', () => {
  const ids = [...shown.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1])
  expect(new Set(ids).size).toBe(ids.length)
})

test('the page stays under 1.5 MB and does not grow with the samples', () => {
  expect(html.length).toBeLessThan(1_500_000)
  const result = fixtureResult()
  const many = {
    ...result,
    scenarios: result.scenarios.map((scenario) => ({
      ...scenario,
      modes: scenario.modes.map((mode) => ({
        ...mode,
        repetitions: mode.repetitions.map((one) => ({
          ...one,
          attempts: Array.from({ length: 50 }, () => one.attempts).flat(),
        })),
      })),
    })),
  }
  expect(renderHtml(many).length).toBeLessThan(html.length * 1.02)
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
  const labels = JSON.parse(island).map((spec: { labels: string[] }) => spec.labels)
  const ofModes = labels.filter((one: string[]) => one[0] === 'sequential')
  expect(ofModes.slice(-5).every((one: string[]) => one.includes('no governor'))).toBe(true)
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
