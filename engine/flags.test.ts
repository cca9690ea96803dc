import { expect, test } from 'vitest'
import {
  assertSafe,
  danger,
  type FlagName,
  FlagsError,
  formatFlags,
  parseFlags,
  TIER_FLAGS,
} from './flags.ts'

test('each flag can be switched on by itself', () => {
  const on: Record<FlagName, string> = {
    batchWrites: 'batchWrites',
    atomicLog: 'atomicLog=concat',
    optimisticLocking: 'optimisticLocking',
    transactions: 'transactions=on',
    parallelUploads: 'parallelUploads=3',
    parallelEpics: 'parallelEpics=2',
    rateGovernor: 'rateGovernor',
  }
  for (const [name, text] of Object.entries(on) as [FlagName, string][]) {
    const changed = Object.entries(parseFlags(text)).filter(
      ([key, value]) => value !== TIER_FLAGS[0][key as FlagName],
    )
    expect(changed.map(([key]) => key)).toEqual([name])
  }
})

test('each flag of a tier can be switched off by itself', () => {
  expect(parseFlags('atomicLog=off,rateGovernor=off', TIER_FLAGS[3])).toEqual({
    ...TIER_FLAGS[3],
    atomicLog: false,
    rateGovernor: false,
  })
})

test('every tier has all that the tier below it has', () => {
  for (const tier of [1, 2, 3] as const) {
    const below = TIER_FLAGS[(tier - 1) as 0 | 1 | 2]
    for (const name of Object.keys(below) as FlagName[]) {
      if (below[name] !== TIER_FLAGS[0][name]) expect(TIER_FLAGS[tier][name]).toEqual(below[name])
    }
  }
})

test('every mistake in a list of flags is named at once', () => {
  expect(() => parseFlags('batchWrite,parallelEpics=0,atomicLog=maybe')).toThrow(FlagsError)
  expect(() => parseFlags('batchWrite,parallelEpics=0,atomicLog=maybe')).toThrow(
    /"batchWrite" is not a flag.*parallelEpics takes a whole number from 1 to 64, got "0".*atomicLog takes concat, table or off, got "maybe"/s,
  )
})

test('a flag that is named twice, and a value that only looks like a number, are refused', () => {
  expect(() => parseFlags('atomicLog=concat,atomicLog=off')).toThrow('atomicLog is named more than once')
  expect(() => parseFlags('batchWrites=on=off')).toThrow('batchWrites takes on or off, got "on=off"')
  expect(() => parseFlags('parallelEpics=1e1')).toThrow('got "1e1"')
  expect(() => parseFlags('')).toThrow('no flag is named')
})

test('flags that are written out are read back as they were', () => {
  for (const tier of [1, 2, 3] as const)
    expect(parseFlags(formatFlags(TIER_FLAGS[tier]))).toEqual(TIER_FLAGS[tier])
})

test('working in parallel without the flags of tier 2 is refused, and says what is missing', () => {
  const flags = parseFlags('parallelEpics=2,transactions,atomicLog')
  expect(danger(flags)).toContain('parallelEpics above 1 without optimisticLocking')
  expect(() => assertSafe(flags, false)).toThrow(FlagsError)
  expect(() => assertSafe(flags, true)).not.toThrow()
})

test('no tier is dangerous', () => {
  for (const tier of [0, 1, 2, 3] as const) expect(danger(TIER_FLAGS[tier])).toBeUndefined()
})
