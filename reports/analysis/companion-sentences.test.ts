import { expect, test } from 'vitest'
import type { GateResult } from '../gate/gate-schema.ts'
import { companionSentences } from './companion-sentences.ts'

const regressed: GateResult['comparisons'][number] = {
  scenario: 'typical',
  mode: 'safe',
  metric: 'roundTrips',
  before: 10,
  after: 12,
  budget: 0,
  verdict: 'regressed',
  reasons: [],
}
const gate = (verdicts: readonly GateResult['comparisons'][number]['verdict'][]): GateResult => ({
  passed: !verdicts.includes('regressed'),
  comparisons: verdicts.map((verdict) => ({ ...regressed, verdict })),
  missing: [],
  context: { baseline: 'baselines/exact.json', commits: 'a..b', command: 'npm run gate' },
})

test('nothing is said of what is not there', () => {
  expect(companionSentences({})).toEqual([])
})

test('a gate that passed is good', () => {
  expect(companionSentences({ gate: gate(['same', 'improved']) })).toEqual([
    { state: 'good', text: 'Gate: passed, 2 exact metrics against baselines/exact.json.' },
  ])
})

test('a gate that failed names what became worse', () => {
  expect(companionSentences({ gate: gate(['same', 'regressed']) })).toEqual([
    {
      state: 'bad',
      text: 'Gate: failed, 2 exact metrics against baselines/exact.json: typical, safe: roundTrips.',
    },
  ])
})
