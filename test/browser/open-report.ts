import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { launchChromium } from './chromium.ts'

export const WIDE = { width: 1280, height: 900 }
export const NARROW = { width: 390, height: 844 }

/** A page in a context of its own, and what went wrong in it. */
export interface OpenReport {
  readonly page: Page
  /** Errors, console errors, dialogs, and requests for anything but the file itself: must stay empty. */
  readonly wrong: string[]
}

export interface ReportBrowser {
  /** Opens a file of a page as a reader does, from the disk. */
  open(
    html: string,
    options?: BrowserContextOptions & { readonly hash?: string; readonly clipboard?: boolean },
  ): Promise<OpenReport>
  close(): Promise<void>
}

export async function startReportBrowser(): Promise<ReportBrowser> {
  const folder = await mkdtemp(join(tmpdir(), 'report-test-'))
  const browser: Browser = await launchChromium()
  let count = 0
  return {
    async open(html, { hash = '', clipboard = true, ...options } = {}) {
      count += 1
      const file = join(folder, `report-${count}.html`)
      await writeFile(file, html)
      const url = pathToFileURL(file).href
      const context = await browser.newContext({ viewport: WIDE, ...options })
      if (clipboard) await context.grantPermissions(['clipboard-read', 'clipboard-write'])
      const page = await context.newPage()
      const wrong: string[] = []
      page.on('pageerror', (error) => wrong.push(`error: ${error.message}`))
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) wrong.push(`console: ${message.text()}`)
      })
      page.on('dialog', (dialog) => {
        wrong.push(`dialog: ${dialog.message()}`)
        void dialog.dismiss()
      })
      page.on('request', (request) => {
        if (request.url() !== url && !/^(data|blob):/.test(request.url())) {
          wrong.push(`request: ${request.url()}`)
        }
      })
      await page.goto(url + hash)
      return { page, wrong }
    },
    async close() {
      await browser.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** How much of a figure's canvas is painted, and in how many colours. */
export async function paintedIn(page: Page, figure: string): Promise<{ pixels: number; colours: number }> {
  const canvas = page.locator(`${figure} canvas`)
  await canvas.scrollIntoViewIfNeeded()
  await canvas.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  return canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement
    const context = (element as HTMLCanvasElement).getContext('2d')
    if (context === null || width === 0 || height === 0) return { pixels: 0, colours: 0 }
    const { data } = context.getImageData(0, 0, width, height)
    const colours = new Set<number>()
    let pixels = 0
    for (let at = 0; at < data.length; at += 4) {
      if (data[at + 3] === 0) continue
      pixels += 1
      if (data[at + 3] === 255)
        colours.add(((data[at] ?? 0) << 16) + ((data[at + 1] ?? 0) << 8) + (data[at + 2] ?? 0))
    }
    return { pixels, colours: colours.size }
  })
}

/** The picture on a canvas, to tell whether it has changed. */
export function pictureOf(page: Page, figure: string): Promise<string> {
  return page.locator(`${figure} canvas`).evaluate(async (element) => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
    return (element as HTMLCanvasElement).toDataURL()
  })
}
