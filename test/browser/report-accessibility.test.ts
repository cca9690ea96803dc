import { afterAll, beforeAll, expect, test } from 'vitest'
import { fixtureResult } from '../../reports/fixture.test-data.ts'
import { renderHtml } from '../../reports/html/render-html.tsx'
import { axeViolations } from './axe-violations.ts'
import { NARROW, type ReportBrowser, startReportBrowser, WIDE } from './open-report.ts'

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
  expect(await axeViolations(page)).toEqual([])
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
