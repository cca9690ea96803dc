/** `npm run screenshot -- results/<time>/result.json`: the top of its report, for the README. */
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readCompanions } from '../../bench/cli/read-companions.ts'
import { parseResult, renderHtml } from '../../reports/index.ts'
import { startReportBrowser } from './open-report.ts'

const TARGET = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'docs', 'images', 'report.png')
/** What of the page is shown, px. */
const VIEWPORT = { width: 1200, height: 1205 }

const [file] = process.argv.slice(2)
if (file === undefined) {
  process.stderr.write(
    'Expected the result.json of a bench run, got nothing: npm run screenshot -- results/<time>/result.json\n',
  )
  process.exitCode = 2
} else {
  const result = parseResult(JSON.parse(await readFile(file, 'utf8')))
  const html = renderHtml(result, await readCompanions(dirname(file)))
  const browser = await startReportBrowser()
  try {
    const { page } = await browser.open(html, { viewport: VIEWPORT, colorScheme: 'light' })
    await page.screenshot({ path: TARGET })
    process.stdout.write(`${TARGET}\n`)
  } finally {
    await browser.close()
  }
}
