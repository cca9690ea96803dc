import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appendTrial, METHOD, qualityOf, readTrials, share, type Trial } from './quality.ts'
import { qualityLine } from './render.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gate-quality-test-'))
})
afterAll(() => rm(folder, { recursive: true }))

const trial = (burn: number, regressed: string[] = [], method = METHOD): Trial => ({
  method,
  at: '2026-11-24T12:00:00.000Z',
  commit: null,
  node: 'v20.20.2',
  machine: '2 × CPU',
  loadAverage: 1,
  burn,
  seed: 1,
  regressed,
  inconclusive: [],
  cpu: { change: burn, low: burn, high: burn, detectable: 0.05 },
  pairs: 6,
  elapsedMs: 20_000,
})
const many = (count: number, one: Trial) => Array<Trial>(count).fill(one)

test('bounds of a share are those of Clopper and Pearson', () => {
  // No alarm in n tries: 1 - 0.05^(1/n). All of n: 0.05^(1/n).
  expect(share(0, 200).atMost).toBeCloseTo(1 - 0.05 ** (1 / 200), 5)
  expect(share(20, 20)).toMatchObject({ atMost: 1 })
  expect(share(20, 20).atLeast).toBeCloseTo(0.05 ** (1 / 20), 5)
  // From tables: 2 of 200, one-sided 95 %.
  expect(share(2, 200).atMost).toBeCloseTo(0.0311, 3)
  expect(share(0, 200).atLeast).toBe(0)
})

test('alarms of any metric count against the gate, and power is that of CPU time', () => {
  const quality = qualityOf([
    ...many(9, trial(0)),
    trial(0, ['wall']),
    ...many(3, trial(0.1, ['cpu'])),
    trial(0.1, ['wall']),
  ])
  expect(quality?.kinds.map(({ burn, alarms }) => [burn, alarms.count, alarms.of])).toEqual([
    [0, 1, 10],
    [0.1, 3, 4],
  ])
})

test('the smallest change caught in 95 % is claimed from 20 tries on, not before', () => {
  const tries = (count: number) => qualityOf(many(count, trial(0.05, ['cpu'])))
  expect(tries(19)?.caughtIn95Percent).toBeNull()
  expect(tries(20)?.caughtIn95Percent).toBe(0.05)
  const two = [...many(18, trial(0.05, ['cpu'])), trial(0.05), trial(0.05), ...many(20, trial(0.1, ['cpu']))]
  expect(qualityOf(two)?.caughtIn95Percent).toBe(0.1)
})

test('gates of another method say nothing of this one', () => {
  expect(qualityOf(many(5, trial(0, [], METHOD + 1)))).toBeUndefined()
  expect(qualityLine(undefined)).toContain('not measured')
})

test('trials are kept line by line, and a line that is none is refused with its place', async () => {
  const path = join(folder, 'trials.jsonl')
  expect(await readTrials(path)).toEqual([])
  await appendTrial(path, trial(0))
  await appendTrial(path, trial(0.05))
  expect(await readTrials(path)).toEqual([trial(0), trial(0.05)])
  await writeFile(path, `${JSON.stringify(trial(0))}\n{"method":1}\n`)
  await expect(readTrials(path)).rejects.toThrow(`expected a trial in ${path}:2`)
})

test('the gate says how it did, on what and when', () => {
  const quality = qualityOf([...many(200, trial(0)), ...many(20, trial(0.05, ['cpu']))])
  expect(qualityLine(quality)).toBe(
    'Quality of this gate, as measured: 0 false alarms in 200 gates of a commit against itself (at most 1.5 % with 95 % confidence); +5.0 % CPU time caught in 20 of 20; the smallest change caught in 95 % of tries: +5.0 % (2026-11-24; Node v20.20.2, 2 × CPU).',
  )
})
