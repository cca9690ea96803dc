import { expect, test } from 'vitest'
import { parseWorkerOptions } from './worker-options.ts'

test('without a database to take runs from it is refused', () => {
  expect(() => parseWorkerOptions([], {})).toThrow(/^expected DATABASE_URL, got none:/)
})

test('it takes the options of the engine as npm start does', () => {
  const env = { DATABASE_URL: 'postgresql://x', ANTHROPIC_BASE_URL: 'http://127.0.0.1:4141', TIER: '2' }
  expect(parseWorkerOptions(['--jobs', '50', '--time-scale', '20', '--lease', '30'], env)).toMatchObject({
    jobs: 50,
    timeScale: 20,
    leaseMs: 30_000,
    flags: { transactions: true, rateGovernor: false },
  })
})
