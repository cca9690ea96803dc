import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe-core finds on the page with everything unfolded and every chart drawn; must be empty. */
export async function axeViolations(page: Page): Promise<readonly object[]> {
  await page.locator('details').evaluateAll((all) => {
    for (const details of all) (details as HTMLDetailsElement).open = true
  })
  for (const figure of await page.locator('figure.chart').all()) await figure.scrollIntoViewIfNeeded()
  await page.addScriptTag({ content: AXE })
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<import('axe-core').AxeResults> } }
    const found = await axe.run()
    return found.violations.map(({ id, nodes }) => ({
      id,
      count: nodes.length,
      first: nodes[0]?.html.slice(0, 200),
      why: nodes[0]?.failureSummary,
    }))
  })
}
