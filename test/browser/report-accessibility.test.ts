import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fixtureResult } from '../../reports/fixture.test-data.ts'
import { renderHtml } from '../../reports/html/render-html.tsx'
import { NARROW, type ReportBrowser, startReportBrowser, WIDE } from './open-report.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const html = renderHtml(fixtureResult())
let browser: ReportBrowser
beforeAll(async () => {
  browser = await startReportBrowser()
})
afterAll(() => browser.close())

test.each([
  ['wide', 'light', WIDE],
  ['wide', 'dark', WIDE],
  ['narrow', 'light', NARROW],
  ['narrow', 'dark', NARROW],
] as const)('axe finds nothing on a %s screen in the %s theme', async (_, colorScheme, viewport) => {
  const { page } = await browser.open(html, { colorScheme, viewport })
  await page.locator('details').evaluateAll((all) => {
    for (const details of all) (details as HTMLDetailsElement).open = true
  })
  for (const figure of await page.locator('figure.chart').all()) await figure.scrollIntoViewIfNeeded()
  await page.addScriptTag({ content: AXE })
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<import('axe-core').AxeResults> } }
    const found = await axe.run()
    return found.violations.map(({ id, nodes }) => ({
      id,
      count: nodes.length,
      first: nodes[0]?.html.slice(0, 200),
      why: nodes[0]?.failureSummary,
    }))
  })
  expect(violations).toEqual([])
})

test('the keyboard comes to what can be done, in order, and sees where it is', async () => {
  const { page } = await browser.open(html)
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Skip to the figures')
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('theme-toggle')
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle)
  expect(outline).toBe('solid')
})
