import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fixtureResult } from '../../reports/fixture.test-data.ts'
import { renderHtml } from '../../reports/html/render-html.tsx'
import { paintedIn, pictureOf, type ReportBrowser, startReportBrowser } from './open-report.ts'

const html = renderHtml(fixtureResult())
const PHASES = '#scenario-steady-team-phases'
const TIMELINE = '#scenario-tight-limits-timeline'
let browser: ReportBrowser
beforeAll(async () => {
  browser = await startReportBrowser()
})
afterAll(() => browser.close())

const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText())
const range = (page: Page) => page.locator(`${TIMELINE} output`).textContent()

async function openTimeline() {
  const opened = await browser.open(html)
  await paintedIn(opened.page, TIMELINE)
  return opened
}

test('the theme follows the system until the reader chooses, and the charts follow it', async () => {
  const { page, wrong } = await browser.open(html, { colorScheme: 'light' })
  await paintedIn(page, PHASES)
  const before = { picture: await pictureOf(page, PHASES), page: await background(page) }
  await page.getByRole('button', { name: 'Dark theme' }).click()
  expect(await background(page)).not.toBe(before.page)
  expect(await pictureOf(page, PHASES)).not.toBe(before.picture)
  await page.getByRole('button', { name: 'Light theme' }).click()
  expect(await background(page)).toBe(before.page)
  expect(await pictureOf(page, PHASES)).toBe(before.picture)
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await page.locator('html').getAttribute('data-theme')).toBe('light')
  expect(wrong).toEqual([])
})

const background = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor)

test('a press on a head sorts the rows by that column, and another one turns them round', async () => {
  const { page } = await browser.open(html)
  await page.locator(`${PHASES} summary`).click()
  const column = () => page.locator(`${PHASES} tbody th`).allTextContents()
  const head = page.locator(`${PHASES} thead`).getByRole('button', { name: 'end to end' })
  expect(await column()).toEqual(['sequential', 'batched', 'safe', 'parallel'])
  await head.click()
  expect(await column()).toEqual(['sequential', 'safe', 'batched', 'parallel'])
  await head.press('Enter')
  expect(await column()).toEqual(['parallel', 'batched', 'safe', 'sequential'])
  const sorted = page.locator(`${PHASES} thead th[aria-sort]`)
  expect(await sorted.count()).toBe(1)
  expect(await sorted.getAttribute('aria-sort')).toBe('ascending')
})

test('names sort as names', async () => {
  const { page } = await browser.open(html)
  await page.locator(`${PHASES} summary`).click()
  await page.locator(`${PHASES} thead`).getByRole('button', { name: 'mode' }).click()
  expect(await page.locator(`${PHASES} tbody th`).allTextContents()).toEqual([
    'batched',
    'parallel',
    'safe',
    'sequential',
  ])
})

test('the timeline zooms and pans by buttons, keys, wheel and drag, and back to the whole run', async () => {
  const { page, wrong } = await openTimeline()
  const whole = await range(page)
  const seen = new Set([whole])
  const changes = async (what: string, act: () => Promise<void>) => {
    const before = await pictureOf(page, TIMELINE)
    await act()
    expect(await pictureOf(page, TIMELINE), what).not.toBe(before)
    seen.add(await range(page))
  }
  const press = (name: string) => page.locator(TIMELINE).getByRole('button', { name }).click()
  const box = await page.locator(`${TIMELINE} canvas`).boundingBox()
  if (box === null) throw new Error('expected the canvas on the screen')
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]

  await changes('button', () => press('Zoom in'))
  await changes('button', () => press('Later'))
  await page.locator(`${TIMELINE} .canvas`).focus()
  await changes('key', () => page.keyboard.press('+'))
  await changes('key', () => page.keyboard.press('ArrowLeft'))
  await page.mouse.move(x, y)
  await changes('wheel', () => page.mouse.wheel(0, -300))
  await changes('drag', async () => {
    await page.mouse.down()
    await page.mouse.move(x - 120, y)
    await page.mouse.up()
  })
  expect(seen.size).toBe(7)
  await page.mouse.dblclick(x, y)
  await expect.poll(() => range(page)).toBe(whole)
  expect(wrong).toEqual([])
})

test('the wheel alone scrolls the page and leaves the timeline as it is', async () => {
  const { page } = await openTimeline()
  const [whole, top] = [await range(page), await page.evaluate(() => window.scrollY)]
  await page.locator(`${TIMELINE} canvas`).hover()
  await page.mouse.wheel(0, 200)
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBeGreaterThan(top)
  expect(await range(page)).toBe(whole)
})

test('the timeline says what lies under the pointer, and shows the mode that is chosen', async () => {
  const { page } = await openTimeline()
  await page.locator(`${TIMELINE} canvas`).hover({ position: { x: 200, y: 44 } })
  await expect.poll(() => page.locator(`${TIMELINE} .readout`).textContent()).toMatch(/^(upload|epic) \d+: /)
  const before = await pictureOf(page, TIMELINE)
  await page.locator(`${TIMELINE} select`).selectOption({ label: 'sequential' })
  expect(await pictureOf(page, TIMELINE)).not.toBe(before)
})

test('a chart of several modes shows the one that is chosen', async () => {
  const { page } = await browser.open(html)
  const limits = '#scenario-tight-limits-limits'
  await paintedIn(page, limits)
  const before = await pictureOf(page, limits)
  await page.locator(`${limits} select`).selectOption({ label: 'sequential' })
  expect(await pictureOf(page, limits)).not.toBe(before)
})

test('a deep link leads to its figure, which is drawn', async () => {
  const { page } = await browser.open(html, { hash: '#scenario-tight-limits-efficiency' })
  const top = async () => (await page.locator('#scenario-tight-limits-efficiency').boundingBox())?.y
  await expect.poll(top).toBeGreaterThanOrEqual(0)
  await expect.poll(top).toBeLessThan(200)
  const canvas = page.locator('#scenario-tight-limits-efficiency canvas')
  await expect.poll(() => canvas.evaluate((element) => element.style.width)).not.toBe('')
})

test('a deep link to what is folded unfolds it, also in a page that is open already', async () => {
  const { page } = await browser.open(html, { hash: '#scenario-tight-limits-every-figure' })
  const open = (name: string) => page.locator(`#scenario-${name}-every-figure`).getAttribute('open')
  expect(await open('tight-limits')).toBe('')
  expect(await open('steady-team')).toBeNull()
  await page.evaluate(() => {
    location.hash = '#scenario-steady-team-every-figure'
  })
  await expect.poll(() => open('steady-team')).toBe('')
})

test('every figure has a link to itself', async () => {
  const { page } = await browser.open(html)
  await page.getByRole('link', { name: 'Link to Duration by phase' }).first().click()
  expect(new URL(page.url()).hash).toBe(PHASES)
})

test('a chart is copied as Markdown, as CSV and as a picture', async () => {
  const { page, wrong } = await browser.open(html)
  await paintedIn(page, PHASES)
  const copy = (format: string) =>
    page
      .locator(PHASES)
      .getByRole('button', { name: `Copy Duration by phase as ${format}` })
      .click()
  await copy('Markdown')
  await expect
    .poll(() => clipboard(page))
    .toMatch(/^\| mode \| card analysis \|.*\n\|---\|---\|.*\n\| sequential \| /)
  await copy('CSV')
  await expect.poll(() => clipboard(page)).toMatch(/^mode,card analysis,.*\r\nsequential,/)
  await copy('PNG')
  await expect.poll(() => page.locator('#notice').textContent()).toBe('Copied as PNG.')
  const types = await page.evaluate(async () =>
    (await navigator.clipboard.read()).flatMap(({ types }) => types),
  )
  expect(types).toContain('image/png')
  expect(wrong).toEqual([])
})

test('where the clipboard is out of reach, what was to be copied is saved', async () => {
  const { page } = await browser.open(html, { clipboard: false })
  await page.evaluate(() => {
    Object.defineProperty(navigator, 'clipboard', { value: undefined })
  })
  const download = page.waitForEvent('download')
  await page.locator(PHASES).getByRole('button', { name: 'Copy Duration by phase as CSV' }).click()
  const saved = await download
  expect(saved.suggestedFilename()).toBe('scenario-steady-team-phases.csv')
  expect(await readFile(await saved.path(), 'utf8')).toMatch(/^mode,card analysis,/)
})
