import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { METRIC_NAMES } from '../bench/gate/exact-metrics.ts'
import { readPlanted } from '../bench/gate/planted/index.ts'
import { copySources } from '../bench/patched-sources/index.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const docs = readFileSync(join(root, 'docs/gate.md'), 'utf8')

test('the page on the gate names every metric', () => {
  const missing = METRIC_NAMES.filter(
    (name) => !docs.includes(`\`${name}\``) && !docs.includes(`….${name.split('.')[1]}\``),
  )
  expect(missing).toEqual([])
})

test('its workflow and its GitLab job are YAML, with the report that each system reads', () => {
  const blocks = [...docs.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => parse(text))
  expect(blocks).toHaveLength(3)
  expect(JSON.stringify(blocks[1])).toContain('./.github/actions/gate')
  expect(blocks[2].gate.artifacts.reports.junit).toBe('results/gate/gate.junit.xml')
})

test('twelve planted regressions are kept, and every patch applies to the sources as they are', async () => {
  const planted = await readPlanted()
  expect(planted).toHaveLength(12)
  const copy = await copySources()
  try {
    const refused: string[] = []
    for (const { name, file } of planted) {
      const problem = await copy.apply(file, { check: true })
      if (problem !== undefined) refused.push(`${name}: ${problem}`)
    }
    expect(refused).toEqual([])
  } finally {
    await copy.remove()
  }
})
