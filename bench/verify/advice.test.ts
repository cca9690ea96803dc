import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fixtureResult } from '../../reports/fixture.test-data.ts'
import { readGains } from './advice.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'advice-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('a result of the bench says what a tier takes and costs, beside the tier below', async () => {
  const result = fixtureResult()
  const file = join(folder, 'result.json')
  await writeFile(file, JSON.stringify(result))
  const [scenario] = result.scenarios
  const modeOf = (tier: number) => {
    const mode = scenario?.modes.find((one) => one.tier === tier)
    const [first] = mode?.repetitions ?? []
    if (!mode || !first) throw new Error(`expected Tier ${tier} in the fixture`)
    return {
      durationMs: mode.duration.p50Ms,
      roundTrips: first.roundTrips.reduce((sum, { count }) => sum + count, 0),
      costUsd: first.costUsd,
    }
  }
  const [own, below] = [modeOf(1), modeOf(0)]
  const gains = await readGains(file, 1)
  expect(gains?.source).toBe(file)
  expect(gains?.gains[0]).toEqual({
    scenario: scenario?.name,
    durationMs: { own: own.durationMs, below: below.durationMs },
    roundTrips: { own: own.roundTrips, below: below.roundTrips },
    costUsd: { own: own.costUsd, below: below.costUsd },
  })
})

test('a result without one of the two tiers has nothing to compare', async () => {
  const result = fixtureResult()
  const scenarios = result.scenarios.map((one) => ({
    ...one,
    modes: one.modes.filter((mode) => mode.tier !== 0),
  }))
  const file = join(folder, 'part.json')
  await writeFile(file, JSON.stringify({ ...result, scenarios }))
  expect((await readGains(file, 1))?.gains[0]).toMatchObject({ durationMs: null, roundTrips: null })
})
