import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { UsageError } from '../run/index.ts'
import { readBudgets } from './budgets.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'budgets-test-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function budgets(text: string) {
  const path = join(folder, 'budgets.yaml')
  await writeFile(path, text)
  return readBudgets(path)
}

const DEFAULTS = `defaults:
  count: { absolute: 0 }
  duration: { relative: 0.005 }
  cost: { relative: 0.005 }
  share: { relative: 0.005 }
  plan: { relative: 0.005 }
`

test('the committed budgets allow counts nothing and durations 0.5 %', async () => {
  const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
  const { defaults } = await readBudgets(join(root, 'gate-budgets.yaml'))
  expect(defaults).toMatchObject({ count: { absolute: 0 }, duration: { relative: 0.005 } })
})

test.each([
  ['no file of YAML', '{ a: [', /expected budgets in .*, got /],
  [
    'a metric that is none',
    `${DEFAULTS}exceptions: [{ metric: speed, absolute: 1, reason: x }]`,
    /exceptions\.0\.metric/,
  ],
  [
    'an exception without a reason',
    `${DEFAULTS}exceptions: [{ metric: calls, absolute: 1 }]`,
    /exceptions\.0\.reason/,
  ],
  ['a budget below 0', DEFAULTS.replace('absolute: 0', 'absolute: -1'), /defaults\.count\.absolute/],
  [
    'a scenario that is none',
    `${DEFAULTS}exceptions: [{ scenario: typicl, metric: calls, absolute: 1, reason: x }]`,
    /exceptions\.0\.scenario: .*typical/,
  ],
  [
    'a mode that is none',
    `${DEFAULTS}exceptions: [{ mode: paralel, metric: calls, absolute: 1, reason: x }]`,
    /exceptions\.0\.mode: .*parallel/,
  ],
  [
    'a metric that the scenario does not have',
    `${DEFAULTS}exceptions: [{ scenario: verify, metric: calls, absolute: 1, reason: x }]`,
    /exceptions\.0\.metric: expected a metric that the scenario has/,
  ],
  [
    'an exception without an amount',
    `${DEFAULTS}exceptions: [{ metric: calls, reason: x }]`,
    /exceptions\.0: expected absolute or relative, got neither/,
  ],
  [
    'a mode that the probe does not have',
    `${DEFAULTS}exceptions: [{ scenario: verify, mode: sequential, metric: schedulesViolated, absolute: 1, reason: x }]`,
    /exceptions\.0\.mode: expected a mode that verify has/,
  ],
  ['nothing', '', /the file: /],
  ['a key that is unknown', `${DEFAULTS}exceptions: []\nlimits: 1`, /limits/],
])('%s is refused with what is wrong', async (_, text, problem) => {
  await expect(budgets(text)).rejects.toThrow(UsageError)
  await expect(budgets(text)).rejects.toThrow(problem)
})
