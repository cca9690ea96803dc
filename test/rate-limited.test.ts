import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { generateDocuments, modeOfTier, runOnce } from '../bench/run/index.ts'
import type { Repetition } from '../reports/index.ts'
import { SCENARIOS } from '../scenarios/index.ts'

let server: DatabaseServer
beforeAll(async () => {
  server = await startDatabaseServer({})
})
afterAll(() => server.close())

/** The scenario `rate-limited` in parallel mode. */
async function runAtTheLimit(rateGovernor: boolean): Promise<Repetition> {
  const scenario = SCENARIOS.find(({ name }) => name === 'rate-limited')
  if (!scenario) throw new Error('there is no scenario rate-limited')
  const flags = { ...modeOfTier(3).flagsFor(scenario), rateGovernor }
  const { uploads } = generateDocuments(scenario, 1)
  const { signal } = new AbortController()
  return runOnce({ server, scenario, flags, allowUnsafe: false, seed: 1, uploads, clock: 'virtual', signal })
}

const rejectedShare = ({ attempts }: Repetition) =>
  attempts.filter(({ status }) => status === 429).length / attempts.length

test('at the rate limit, the governor loses no item, is refused at most once in a hundred, and uses 95 % of the limit', async () => {
  const run = await runAtTheLimit(true)
  expect(run.output.runStatus).toBe('COMPLETED')
  expect(rejectedShare(run)).toBeLessThanOrEqual(0.01)
  expect(run.lowerBound.ms / run.durationMs).toBeGreaterThanOrEqual(0.95)
})

test('at the rate limit, fixed pacing without the governor is refused far more often', async () => {
  expect(rejectedShare(await runAtTheLimit(false))).toBeGreaterThan(0.1)
})
