import { afterAll, beforeAll, expect, test } from 'vitest'
import { axeViolations } from './axe-violations.ts'
import { NARROW, paintedIn, type ReportBrowser, startReportBrowser, WIDE } from './open-report.ts'
import { comparePage, gatePage, indexPage, loadPage, trendPage, verifyPage } from './other-pages.ts'

/** Each page, and how many charts it has: six for each of two scenarios; a scenario each; a metric; two of the limit and 13 of a load. */
const PAGES = [
  ['comparison', comparePage, 12],
  ['index', indexPage, 2],
  ['gate', gatePage, 0],
  ['trend', trendPage, 1],
  ['verify', verifyPage, 0],
  ['load', loadPage, 15],
] as const
const SCREENS = [
  ['wide', 'light', WIDE],
  ['wide', 'dark', WIDE],
  ['narrow', 'light', NARROW],
  ['narrow', 'dark', NARROW],
] as const
const EVERY = PAGES.flatMap(([name, render, charts]) =>
  SCREENS.map(([size, colorScheme, viewport]) => ({ name, render, charts, size, colorScheme, viewport })),
)

let browser: ReportBrowser
beforeAll(async () => {
  browser = await startReportBrowser()
})
afterAll(() => browser.close())

test.each(EVERY)('axe finds nothing on the $name page, $size and $colorScheme', async (one) => {
  const { page } = await browser.open(one.render(), one)
  expect(await axeViolations(page)).toEqual([])
})

test.each(EVERY)('the $name page draws its charts and fits, $size and $colorScheme', async (one) => {
  const { page, wrong } = await browser.open(one.render(), one)
  const ids = await page.locator('figure.chart').evaluateAll((figures) => figures.map(({ id }) => id))
  expect(ids).toHaveLength(one.charts)
  for (const id of ids) {
    const { pixels, colours } = await paintedIn(page, `#${id}`)
    expect(pixels, id).toBeGreaterThan(1000)
    expect(colours, id).toBeGreaterThan(2)
  }
  const widths = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth])
  expect(widths[0]).toBe(widths[1])
  expect(wrong).toEqual([])
})

test.each(PAGES)('the theme of the %s page switches', async (_, render) => {
  const { page } = await browser.open(render(), { colorScheme: 'light' })
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const before = await background()
  await page.getByRole('button', { name: 'Dark theme' }).click()
  expect(await background()).not.toBe(before)
})

test('a link to a picture of the comparison leads to it', async () => {
  const { page } = await browser.open(comparePage(), { hash: '#scenario-tight-limits-speed-up' })
  await expect
    .poll(() =>
      page.locator('#scenario-tight-limits-speed-up').evaluate((e) => e.getBoundingClientRect().top),
    )
    .toBeLessThan(WIDE.height)
})

test('a picture of the comparison is copied with what each result changed', async () => {
  const { page } = await browser.open(comparePage())
  await page
    .locator('#scenario-steady-team-speed-up')
    .getByRole('button', { name: 'Copy Speed-up against sequential as CSV' })
    .click()
  await expect.poll(() => page.locator('#notice').textContent()).toBe('Copied as CSV.')
  const lines = (await page.evaluate(() => navigator.clipboard.readText())).trim().split('\r\n')
  expect(lines[0]).toBe('mode,A,B,B against A,C,C against A')
  expect(lines.at(-1)).toMatch(/^parallel,.*x,.*x,−20\.0 % ▼,.*x,=$/)
})

test.each([
  ['index', indexPage, 'started'],
  ['gate', gatePage, 'metric'],
  ['trend', trendPage, 'metric'],
] as const)('the tables of the %s page sort', async (_, render, head) => {
  const { page } = await browser.open(render())
  const column = page.locator('table thead').first().getByRole('button', { name: head })
  await column.click()
  expect(await page.locator('table thead th[aria-sort]').count()).toBe(1)
})
