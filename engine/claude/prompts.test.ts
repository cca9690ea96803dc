import { expect, test } from 'vitest'
import { cardPrompt, type PipelineShape, storyPrompt, subtaskPrompt } from './prompts.ts'

const SHAPE = { cardsPerUpload: 6, cardsPerEpic: 3, storiesPerEpic: 8, subtasksPerStory: 5 }
const OTHER = { cardsPerUpload: 7, cardsPerEpic: 4, storiesPerEpic: 9, subtasksPerStory: 6 }
const card = { title: 'A scanner', summary: 'It works offline.', kind: 'feature' }
const story = { title: 'Book', narrative: 'As a clerk, I book.', acceptance: ['It is booked.'], points: 3 }
const epic = { title: 'Deliveries', cards: [card], stories: [story, { title: 'See', narrative: 'I see.' }] }

const PROMPTS: [string, (shape: PipelineShape) => { readonly system: string; readonly user: string }][] = [
  ['card analysis', (shape) => cardPrompt({ filename: 'notes.md', content: 'Offline.' }, shape)],
  ['story generation', (shape) => storyPrompt(epic, shape)],
  ['subtask generation', (shape) => subtaskPrompt(story, epic, shape)],
]

test.each(PROMPTS)(
  'in %s the system prompt says how much is asked for, and the user message is data',
  (_, promptOf) => {
    expect(promptOf(OTHER).system).not.toBe(promptOf(SHAPE).system)
    expect(promptOf(OTHER).user).toBe(promptOf(SHAPE).user)
    // Between its tags nothing is said: an instruction there would change what the mock draws for it.
    const outside = promptOf(SHAPE).user.replaceAll(/<([a-z-]+)[^>]*>\n[\s\S]*?\n<\/\1>/g, '')
    expect(outside.trim()).toBe('')
  },
)
