import { expect, test } from 'vitest'
import { fixtureResult } from '../fixture.test-data.ts'
import { indexResults } from './result-index.ts'

function indexed(name: string, startedAt: string, hash?: string) {
  const result = { ...fixtureResult(), startedAt }
  for (const scenario of result.scenarios) if (hash !== undefined) scenario.hash = hash
  return { name, result, report: null }
}

test('results are told from the oldest on, and each scenario and mode has its history', () => {
  const index = indexResults([indexed('a', '2026-11-24T06:00:00Z'), indexed('b', '2026-11-23T06:00:00Z')], [])
  expect(index.results.map(({ name }) => name)).toEqual(['b', 'a'])
  const [first] = index.history
  expect(first?.title).toBe('steady-team, sequential')
  expect(first?.rows.map(([started]) => started)).toEqual(['2026-11-23 06:00 UTC', '2026-11-24 06:00 UTC'])
  expect(first?.findings).toEqual([])
})

test('where the workload changes, the line says that it is not to be compared with those above', () => {
  const index = indexResults(
    [indexed('a', '2026-11-23T06:00:00Z'), indexed('b', '2026-11-24T06:00:00Z', 'other')],
    [],
  )
  const [first] = index.history
  expect(first?.rows.map(([started]) => started)).toEqual(['2026-11-23 06:00 UTC', '2026-11-24 06:00 UTC *'])
  expect(first?.findings).toEqual([
    '*: from here on another workload, seed or clock: not to be compared with the lines above.',
  ])
})

test('durations are drawn over the results of the workload, seed and clock of the newest', () => {
  const at = (day: number, seed: number) => {
    const result = fixtureResult()
    for (const scenario of result.scenarios) scenario.seed = seed
    return {
      name: `day ${day}`,
      result: { ...result, startedAt: `2026-11-0${day}T10:00:00.000Z` },
      report: null,
    }
  }
  const { durations } = indexResults([at(3, 7), at(1, 7), at(2, 8)], [])
  expect(durations[0]).toMatchObject({ scenario: 'steady-team', others: 1, clock: 'virtual clock' })
  expect(durations[0]?.labels).toEqual(['2026-11-01 10:00 UTC', '2026-11-03 10:00 UTC'])
  expect(durations[0]?.modes.map(({ mode }) => mode)).toEqual(['sequential', 'batched', 'safe', 'parallel'])
})
