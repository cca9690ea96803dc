import { z } from 'zod'

/** One question to Claude and the shape of its answer. */
export interface Prompt<T> {
  readonly system: string
  readonly user: string
  readonly schema: z.ZodType<T>
  readonly maxTokens: number
}

/** How much each phase asks for. */
export interface PipelineShape {
  /** @default 6 */
  readonly cardsPerUpload: number
  /** @default 3 */
  readonly cardsPerEpic: number
  /** @default 8 */
  readonly storiesPerEpic: number
  /** @default 5 */
  readonly subtasksPerStory: number
}

const cardSchema = z.object({
  title: z.string().describe('Short name of the requirement, at most ten words'),
  summary: z.string().describe('Two or three sentences: what is asked for, for whom, and why'),
  kind: z.enum(['feature', 'constraint', 'quality', 'risk']),
})

const storySchema = z.object({
  title: z.string().describe('Short name of the story'),
  narrative: z.string().describe('As a …, I want …, so that …'),
  acceptance: z.array(z.string()).length(3).describe('Acceptance criteria, each checkable'),
  points: z.int().min(1).max(13).describe('Story points'),
})

const subtaskSchema = z.object({
  title: z.string().describe('What is to be done, in the imperative'),
  description: z.string().describe('One or two sentences for the developer who does it'),
  estimateHours: z.int().min(1).max(16),
})

export type CardContent = z.infer<typeof cardSchema>
export type StoryContent = z.infer<typeof storySchema>
export type SubtaskContent = z.infer<typeof subtaskSchema>

/** Card analysis: the whole text of one upload. */
export function cardPrompt(
  upload: { readonly filename: string; readonly content: string },
  shape: PipelineShape,
): Prompt<{ cards: CardContent[] }> {
  return {
    system: 'You are a product analyst. You read a document and find the requirements that are in it.',
    user: `Find the ${shape.cardsPerUpload} most important requirements in this document.\n\n<document name=${JSON.stringify(upload.filename)}>\n${upload.content}\n</document>`,
    schema: z.object({ cards: z.array(cardSchema).length(shape.cardsPerUpload) }),
    maxTokens: 4_096,
  }
}

/** Story generation: the cards of one epic. */
export function storyPrompt(
  epic: {
    readonly title: string
    readonly cards: readonly (Omit<CardContent, 'kind'> & { readonly kind: string })[]
  },
  shape: PipelineShape,
): Prompt<{ stories: StoryContent[] }> {
  const cards = epic.cards.map((card) => `- ${card.title} (${card.kind}): ${card.summary}`).join('\n')
  return {
    system: 'You are a product owner. You turn requirements into user stories that a team can estimate.',
    user: `Write ${shape.storiesPerEpic} user stories for the epic "${epic.title}". Its requirements:\n\n${cards}`,
    schema: z.object({ stories: z.array(storySchema).length(shape.storiesPerEpic) }),
    maxTokens: 8_192,
  }
}

/** Subtask generation: one story, and the epic that it belongs to. */
export function subtaskPrompt(
  story: StoryContent & { readonly epic: string },
  shape: PipelineShape,
): Prompt<{ subtasks: SubtaskContent[] }> {
  const acceptance = story.acceptance.map((criterion) => `- ${criterion}`).join('\n')
  return {
    system: 'You are a tech lead. You split a user story into subtasks for developers.',
    user: `Split this story of the epic "${story.epic}" into ${shape.subtasksPerStory} subtasks.\n\n${story.title}\n${story.narrative}\nAcceptance criteria:\n${acceptance}`,
    schema: z.object({ subtasks: z.array(subtaskSchema).length(shape.subtasksPerStory) }),
    maxTokens: 2_048,
  }
}
