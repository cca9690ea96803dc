import { expect, test } from 'vitest'
import { fixtureResult } from '../fixture.test-data.ts'
import { resultFigures } from './result-figures.ts'
import { flagWaterfall, tierWaterfall } from './waterfall.ts'

const result = fixtureResult()
const [steady] = resultFigures(result).scenarios
if (steady === undefined) throw new Error('expected a scenario in the fixture')

test('the tiers come in order, each with its own duration', () => {
  expect(tierWaterfall([...steady.modes].reverse()).map(({ label }) => label)).toEqual([
    'sequential',
    'batched',
    'safe',
    'parallel',
  ])
})

test('a mode that did other work is no step', () => {
  const modes = steady.modes.map((mode) => (mode.mode === 'safe' ? { ...mode, comparable: false } : mode))
  expect(tierWaterfall(modes)).toHaveLength(3)
})

test('without a sequential run there is no waterfall, nor a flag by flag without an ablation', () => {
  expect(tierWaterfall(steady.modes.slice(1))).toEqual([])
  expect(flagWaterfall({ ...steady.scenario, ablation: null })).toEqual([])
})

test('flag by flag begins at tier 0 and ends with all of them', () => {
  const steps = flagWaterfall(steady.scenario)
  const { ablation } = steady.scenario
  expect(steps[0]).toEqual({ label: 'tier 0', durationMs: ablation?.base.durationMs })
  expect(steps).toHaveLength((ablation?.steps.length ?? 0) + 1)
})
