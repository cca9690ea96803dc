import { expect, test } from 'vitest'
import { TIER_FLAGS } from '../../engine/index.ts'
import { SCENARIOS, type Scenario } from '../../scenarios/index.ts'
import { ALWAYS, type RunState } from '../verify/index.ts'
import { brokenIn } from './check-invariants.ts'

const { workload } = SCENARIOS[0] as Scenario
/** A run whose counter runs ahead of its items. */
const stateOf = (tier: 0 | 2): RunState => ({
  run: {
    id: 'run',
    status: 'RUNNING',
    phase: 'CARD_ANALYSIS',
    flags: TIER_FLAGS[tier],
    log: '',
    totalItems: 1,
    completedItems: 1,
    failedItems: 0,
  },
  uploads: [],
  cards: [],
  epics: [],
  stories: [],
  storyStates: [],
  subtasks: [],
  logLines: [],
})
const broken = (tier: 0 | 2, ended: boolean) =>
  brokenIn(stateOf(tier), ended, workload).map(({ invariant }) => invariant)

test('counters of a run under way are held against it where they are written together with the items only', () => {
  expect([broken(2, false), broken(0, false)]).toEqual([[ALWAYS.counters], []])
})

test('counters of a run that has ended are held against it at every tier', () => {
  expect([broken(2, true), broken(0, true)]).toEqual([[ALWAYS.counters], [ALWAYS.counters]])
})
