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
