import { afterAll, beforeAll, expect, test } from 'vitest'
import { fixtureResult } from '../../reports/fixture.test-data.ts'
import { renderHtml } from '../../reports/html/render-html.tsx'
import { NARROW, paintedIn, type ReportBrowser, startReportBrowser, WIDE } from './open-report.ts'

const html = renderHtml(fixtureResult())
let browser: ReportBrowser
beforeAll(async () => {
  browser = await startReportBrowser()
})
afterAll(() => browser.close())

test.each([
  ['wide', WIDE],
  ['narrow', NARROW],
])('every chart is drawn on a %s screen, and nothing goes wrong', async (_, viewport) => {
  const { page, wrong } = await browser.open(html, { viewport })
  const ids = await page.locator('figure.chart').evaluateAll((figures) => figures.map(({ id }) => id))
  // Fifteen without limits, sixteen with them, and a timeline for each of the two scenarios.
  expect(ids).toHaveLength(33)
  const blank: string[] = []
  for (const id of ids) {
    const { pixels, colours } = await paintedIn(page, `#${id}`)
    if (pixels < 1000 || colours < 3) blank.push(`${id}: ${pixels} pixels in ${colours} colours`)
  }
  expect(blank).toEqual([])
  expect(wrong).toEqual([])
})

test('nothing is wider than the screen of a phone', async () => {
  const { page } = await browser.open(html, { viewport: NARROW })
  const widths = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth])
  expect(widths[0]).toBe(widths[1])
})

test('a chart is drawn when it comes near the screen, and not before', async () => {
  const { page } = await browser.open(html)
  const last = '#scenario-tight-limits-scaling-concurrency-efficiency'
  const width = () => page.locator(`${last} canvas`).evaluate((canvas) => canvas.style.width)
  expect(await width()).toBe('')
  expect((await paintedIn(page, last)).pixels).toBeGreaterThan(1000)
})

test('what a hostile scenario is called is shown as text', async () => {
  const { page, wrong } = await browser.open(html)
  expect(await page.locator('#scenario-tight-limits').textContent()).toBe(
    'Tight limits <script>alert(1)</script>',
  )
  expect(wrong).toEqual([])
})

test('printing draws every chart, in the light theme, and takes the page back as it was', async () => {
  const { page, wrong } = await browser.open(html, { colorScheme: 'dark' })
  await page.pdf()
  const drawn = await page
    .locator('figure.chart canvas')
    .evaluateAll((all) => all.filter((canvas) => (canvas as HTMLCanvasElement).style.width !== '').length)
  expect(drawn).toBe(33)
  expect(await page.locator('details.all[open]').count()).toBe(0)
  expect(await page.locator('html').getAttribute('data-theme')).toBeNull()
  expect(wrong).toEqual([])
})
