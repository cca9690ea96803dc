import { expect, test } from 'vitest'
import type { FunctionCosts } from '../sampler/protocol.ts'
import { compareCosts } from './compare-costs.ts'
import { withPlaces } from './find-places.ts'
import { noise, pairWith, THRESHOLDS } from './pairs.test-data.ts'

const functionOf = (place: string, cpuMs: number): FunctionCosts => ({
  place,
  cpuMs,
  allocatedBytes: 0,
  retainedBytes: 0,
})
const base = [functionOf('engine/a.ts steady', 50), functionOf('engine/b.ts grows', 5)]

function regressed() {
  const sample = async (pair: number) => pairWith({ cpu: 0.1 + noise(pair) / 1_000 })
  return compareCosts(THRESHOLDS, 1, sample, () => {})
}

async function placesOf(head: readonly FunctionCosts[]) {
  const { verdicts } = withPlaces(await regressed(), { base, head })
  return verdicts.find(({ metric }) => metric === 'cpu')?.places
}

test('the function that rose most comes first, with what it took before and after', async () => {
  const head = [functionOf('engine/a.ts steady', 54), functionOf('engine/b.ts grows', 15)]
  expect(await placesOf(head)).toEqual([
    { place: 'engine/b.ts grows', base: 5, head: 15 },
    { place: 'engine/a.ts steady', base: 50, head: 54 },
  ])
})

test('a function that was not there before counts from nothing', async () => {
  expect(await placesOf([...base, functionOf('engine/c.ts new', 10)])).toEqual([
    { place: 'engine/c.ts new', base: 0, head: 10 },
  ])
})

test('noise beside what rose most is not named', async () => {
  const head = [functionOf('engine/a.ts steady', 51), functionOf('engine/b.ts grows', 15)]
  expect(await placesOf(head)).toEqual([{ place: 'engine/b.ts grows', base: 5, head: 15 }])
})

test('a metric that is OK has no places', async () => {
  const { verdicts } = withPlaces(await regressed(), { base, head: [functionOf('engine/c.ts new', 10)] })
  expect(verdicts.filter(({ places }) => places).map(({ metric }) => metric)).toEqual(['cpu'])
})
