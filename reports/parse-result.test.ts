import { expect, test } from 'vitest'
import { fixtureResult } from './fixture.test-data.ts'
import { parseResult } from './parse-result.ts'
import type { ModeResult } from './result-schema.ts'

/** A mode as a file of schema version 2 has it. */
function withoutAdditions({ repetitions, ...mode }: ModeResult) {
  return {
    ...mode,
    repetitions: repetitions.map(({ limits: _, transactions: __, waits, roundTrips, ...repetition }) => ({
      ...repetition,
      waits: waits.map(({ item: ___, ...wait }) => wait),
      roundTrips: roundTrips.map(({ inTransaction: ____, ...group }) => group),
    })),
  }
}

test('a result survives being written and read', () => {
  expect(parseResult(JSON.parse(JSON.stringify(fixtureResult())))).toEqual(fixtureResult())
})

test('another schema version is refused with both versions and the one that wrote it', () => {
  expect(() => parseResult({ ...fixtureResult(), schemaVersion: 4, tierbench: '0.9.0' })).toThrow(
    'This result file has schemaVersion 4 and this tierbench reads schemaVersion 2 and 3: render it with the version that wrote it, tierbench 0.9.0, or run the bench again.',
  )
})

test('a result of schema version 2 is read, with what it does not have left empty', () => {
  const { scenarios, ...rest } = fixtureResult()
  const older = scenarios.map(({ ablation: _, scaling: __, ...scenario }) => ({
    ...scenario,
    modes: scenario.modes.map(withoutAdditions),
    variants: scenario.variants.map(withoutAdditions),
  }))
  const read = parseResult({ ...rest, schemaVersion: 2, scenarios: older })
  expect(read.schemaVersion).toBe(3)
  for (const { modes, variants, ablation, scaling } of read.scenarios) {
    expect({ ablation, scaling }).toEqual({ ablation: null, scaling: [] })
    const repetitions = [...modes, ...variants].flatMap((mode) => mode.repetitions)
    for (const { limits, waits, transactions, roundTrips } of repetitions) {
      expect({ limits, transactions }).toEqual({ limits: [], transactions: [] })
      expect(new Set(roundTrips.map((group) => group.inTransaction))).toEqual(new Set([null]))
      expect(new Set(waits.map((wait) => wait.item))).toEqual(new Set([null]))
    }
  }
})

test('a file that calls itself version 2 and is broken is refused as broken', () => {
  expect(() => parseResult({ schemaVersion: 2, scenarios: [7, { modes: 'none' }] })).toThrow(
    'The result file is broken',
  )
})

test('what is no result file is said to be none', () => {
  expect(() => parseResult([])).toThrow(
    'Expected a tierbench result file (an object with schemaVersion 3), got an array.',
  )
  expect(() => parseResult('x')).toThrow('got a string.')
  expect(() => parseResult(null)).toThrow('got null.')
  expect(() => parseResult({})).toThrow('got an object without it.')
})

test('a broken file is told by the paths of its problems, the first three of many', () => {
  const broken = { ...fixtureResult(), clock: 'sundial', wallMs: -1, scenarios: [], command: 7, extra: true }
  expect(() => parseResult(broken)).toThrow(
    /^The result file is broken \(wallMs: .+; clock: .+; command: .+; and 2 more\)\.$/,
  )
})
