import { expect, test } from 'vitest'
import { TIER_FLAGS } from '../../engine/index.ts'
import type { RunState } from './run-state.ts'
import { ALWAYS, brokenAlways, brokenWhenEnded, WHEN_ENDED } from './state-invariants.ts'

const SHAPE = { cardsPerUpload: 1, cardsPerEpic: 1, storiesPerEpic: 1, subtasksPerStory: 1 }
const item = { status: 'COMPLETED', error: null, position: 0 } as const
const WHOLE: RunState = {
  run: {
    id: 'run',
    status: 'COMPLETED',
    phase: 'SUBTASK_GENERATION',
    flags: TIER_FLAGS[3],
    log: '',
    totalItems: 3,
    completedItems: 3,
    failedItems: 0,
  },
  uploads: [{ ...item, id: 'u', filename: 'a.md' }],
  cards: [{ id: 'c', uploadId: 'u', epicId: 'e', position: 0, title: '', summary: '' }],
  epics: [{ ...item, id: 'e', title: '' }],
  stories: [{ id: 's', epicId: 'e', position: 0, title: '', narrative: '' }],
  storyStates: [{ ...item, id: 'g', storyId: 's', epicPosition: 0 }],
  subtasks: [{ id: 't', storyId: 's', position: 0, title: '', description: '' }],
  logLines: ['upload 1', 'epic 1', 'story 1.1'].flatMap((name) => [
    { line: `${name}: started` },
    { line: `${name}: 1 more` },
  ]),
}
const broken = (change: Partial<RunState>) => {
  const state = { ...WHOLE, ...change }
  return [...brokenAlways(state, SHAPE), ...brokenWhenEnded(state, SHAPE)].map(({ invariant }) => invariant)
}

test('nothing is wrong with a run that is whole', () => {
  expect(broken({})).toEqual([])
})

test.each<[string, Partial<RunState>, string]>([
  ['an increment is lost', { run: { ...WHOLE.run, completedItems: 2 } }, ALWAYS.counters],
  ['a subtask is there twice', { subtasks: [...WHOLE.subtasks, ...WHOLE.subtasks] }, ALWAYS.results],
  ['a subtask is lost', { subtasks: [] }, ALWAYS.results],
  [
    'a card is in no epic',
    { cards: WHOLE.cards.map((card) => ({ ...card, epicId: null })) },
    WHEN_ENDED.epics,
  ],
  ['an end is not in the log', { logLines: WHOLE.logLines.slice(0, -1) }, WHEN_ENDED.log],
  ['a start is not in the log', { logLines: WHOLE.logLines.slice(1) }, WHEN_ENDED.log],
])('it is seen when %s', (_, change, invariant) => {
  expect(broken(change)).toEqual([invariant])
})

test('it is seen when an item has not ended', () => {
  const storyStates = WHOLE.storyStates.map((state) => ({ ...state, status: 'GENERATING' as const }))
  const run = { ...WHOLE.run, completedItems: 2 }
  expect(broken({ run, storyStates, subtasks: [] })).toEqual([WHEN_ENDED.items])
})
