import { expect, test } from 'vitest'
import { compareCosts, PAIRS } from './compare-costs.ts'
import type { Pair } from './judge.ts'
import { noise, pairWith, THRESHOLDS } from './pairs.test-data.ts'

async function gate(sample: (pair: number) => Pair) {
  const costs = await compareCosts(
    THRESHOLDS,
    1,
    async (pair) => sample(pair),
    () => {},
  )
  const cpu = costs.verdicts.find(({ metric }) => metric === 'cpu')
  if (!cpu) throw new Error('no verdict on CPU time')
  return { ...costs, cpu }
}

/** CPU time `change` more, give or take so many thousandths. */
const around = (change: number, spread: number) => (pair: number) =>
  pairWith({ cpu: change + (noise(pair) * spread) / 1_000 })

test('a commit against itself is OK after the first pairs', async () => {
  const { passed, verdicts, pairs } = await gate(around(0, 1))
  expect(passed).toBe(true)
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(Array(9).fill('OK'))
  expect(pairs).toHaveLength(PAIRS.first)
})

test('a change below the threshold is OK, however sure it is', async () => {
  const { passed, cpu } = await gate(around(0.02, 0.1))
  expect([passed, cpu.verdict]).toEqual([true, 'OK'])
})

test('a change beyond the threshold is REGRESSED once fresh pairs agree, and fails', async () => {
  const { passed, cpu, confirmationPairs } = await gate(around(0.1, 1))
  expect([passed, cpu.verdict]).toEqual([false, 'REGRESSED'])
  expect(cpu.low).toBeGreaterThan(0.09)
  expect(confirmationPairs).toHaveLength(PAIRS.confirmation)
})

test('a gate that has failed takes no more pairs for what is still open', async () => {
  const { cpu, verdicts, pairs } = await gate((pair) =>
    pairWith({ cpu: 0.1 + noise(pair) / 1_000, wall: 0.03 + noise(pair) / 250 }),
  )
  const wall = verdicts.find(({ metric }) => metric === 'wall')
  expect([cpu.verdict, wall?.verdict, wall?.confirmation]).toEqual(['REGRESSED', 'INCONCLUSIVE', null])
  expect(pairs).toHaveLength(PAIRS.first + PAIRS.more)
})

test('an alarm that fresh pairs do not repeat is INCONCLUSIVE at the bound and no failure', async () => {
  // The disturbance ends with the first look that finds it.
  const { passed, cpu, pairs } = await gate((pair) =>
    around(pair < PAIRS.first + PAIRS.more ? 0.1 : 0, 1)(pair),
  )
  expect([passed, cpu.verdict]).toEqual([true, 'INCONCLUSIVE'])
  expect(pairs).toHaveLength(PAIRS.most)
  expect(cpu.confirmation?.change).toBeLessThan(0.03)
})

test('what stays open takes pairs up to the bound, and says what would have been seen', async () => {
  const { passed, cpu, pairs } = await gate(around(0.03, 4))
  expect([passed, cpu.verdict]).toEqual([true, 'INCONCLUSIVE'])
  expect(pairs).toHaveLength(PAIRS.most)
  expect(cpu.detectable).toBeGreaterThan(0.03)
  expect(cpu.detectable).toBeLessThan(0.06)
})

test('a much faster head is OK', async () => {
  const { passed, cpu } = await gate(around(-0.3, 1))
  expect([passed, cpu.verdict]).toEqual([true, 'OK'])
})

test('few pairs are no alarm, though all of one mind: the test is corrected for all metrics', async () => {
  const costs = await gate(around(0.1, 1))
  // 6 pairs come to 1/64, times 9 metrics: above 0.05.
  expect(costs.pairs.length).toBeGreaterThan(PAIRS.first)
})

test('the same pairs give the same figures', async () => {
  const verdicts = async () => (await gate(around(0.01, 4))).verdicts
  expect(await verdicts()).toEqual(await verdicts())
})

test('a pair that cannot be measured ends the gate: there is no verdict without it', async () => {
  const sample = (pair: number) => {
    if (pair === 3) throw new Error('broken')
    return pairWith()
  }
  await expect(gate(sample)).rejects.toThrow('broken')
})
