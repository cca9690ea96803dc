import { expect, test } from 'vitest'
import { SCENARIOS } from '../../scenarios/index.ts'
import { includesVariants, MODE_NAMES, modeOfTier, modeOfVariant } from './modes.ts'

test.each([
  ['nothing is named', {}, true],
  ['a mode is named', { mode: 'parallel' }, false],
  ['a tier is named', { tier: '3' }, false],
  ['flags are named', { flags: 'rateGovernor' }, false],
])('where %s, variants run: %o, %s', (_, request, expected) => {
  expect(includesVariants({ ...request, allowUnsafe: false })).toBe(expected)
})

test('a variant has the flags of its mode in the scenario, and what it changes of them', () => {
  const variants = SCENARIOS.flatMap((scenario) =>
    scenario.variants.map((variant) => ({ scenario, variant })),
  )
  const limited = variants.find(({ variant }) => variant.name === 'no governor')
  if (limited === undefined) throw new Error('expected a scenario with a variant')
  const { scenario, variant } = limited
  expect(modeOfVariant(variant).flagsFor(scenario)).toEqual({
    ...modeOfTier(3).flagsFor(scenario),
    rateGovernor: false,
  })
})

test('every variant has a name of its own', () => {
  for (const { variants } of SCENARIOS) {
    const names = [...MODE_NAMES, ...variants.map(({ name }) => name)]
    expect(new Set(names).size).toBe(names.length)
  }
})
