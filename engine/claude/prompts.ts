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

/** A card or a story as the prompts of later phases quote it. */
export interface QuotedCard {
  readonly title: string
  readonly summary: string
  readonly kind: string
}

// What is fixed, or follows from the shape, is in the system prompts; what the user says is data alone.

const CARD_SYSTEM = `You are a product analyst. You read a document that a team has written and find the requirements that are in it, each as one card.
- A card is about one thing that somebody needs, can do, or must not do. Split what is joined by "and"; merge what is said twice.
- Use the words of the document. Do not add requirements of your own, and do not soften what is demanded.
- The title names the requirement in at most ten words. The summary says in two or three sentences what is asked for, for whom, and why.
- The kind is "feature" for something that can be done, "constraint" for a limit that is set from outside, "quality" for how well something has to work, and "risk" for what could go wrong.
- Put the cards in order of importance to the reader of the document, the most important first.`

const STORY_SYSTEM = `You are a product owner. You turn the requirements of an epic into user stories that a team can estimate and build one by one.
- Each story gives somebody something of value by itself; none is only a technical step towards another.
- Cover every requirement of the epic with at least one story, and put the stories in the order in which they should be built.
- The narrative has the form "As a ..., I want ..., so that ...", and names a role that the requirements name.
- Each acceptance criterion can be checked by a tester who has not read the requirements: it names a starting point, an action and an outcome.
- Story points follow the Fibonacci numbers from 1 to 13. A story above 8 should have been split.`

const SUBTASK_SYSTEM = `You are a tech lead. You split one user story into subtasks for the developers of the team.
- Each subtask is done by one person in at most two days, and says what is to be done rather than how to feel about it.
- Together the subtasks fulfil every acceptance criterion of the story, and nothing that belongs to another story of the epic.
- Include what is easily forgotten: migrations, permissions, tests at the right level, documentation and monitoring, where the story needs them.
- Put them in the order in which they can be done. Estimates are in whole hours, from 1 to 16.`

const cardsSchema = onceFor((count) => z.object({ cards: z.array(cardSchema).length(count) }))
const storiesSchema = onceFor((count) => z.object({ stories: z.array(storySchema).length(count) }))
const subtasksSchema = onceFor((count) => z.object({ subtasks: z.array(subtaskSchema).length(count) }))

/** One schema for each count: what it is converted to can then be kept with it. */
function onceFor<T>(make: (count: number) => T): (count: number) => T {
  const made = new Map<number, T>()
  return (count) => {
    const schema = made.get(count) ?? make(count)
    made.set(count, schema)
    return schema
  }
}

/** Card analysis: the whole text of one upload. */
export function cardPrompt(
  upload: { readonly filename: string; readonly content: string },
  shape: PipelineShape,
): Prompt<{ cards: CardContent[] }> {
  return {
    system: `${CARD_SYSTEM}\n\nFind the ${shape.cardsPerUpload} most important requirements in the document.`,
    user: `<document name=${JSON.stringify(upload.filename)}>\n${upload.content}\n</document>`,
    schema: cardsSchema(shape.cardsPerUpload),
    maxTokens: 4_096,
  }
}

/** Story generation: one epic and its cards. */
export function storyPrompt(
  epic: { readonly title: string; readonly cards: readonly QuotedCard[] },
  shape: PipelineShape,
): Prompt<{ stories: StoryContent[] }> {
  return {
    system: `${STORY_SYSTEM}\n\nWrite ${shape.storiesPerEpic} user stories for the epic.`,
    user: `<epic>\n${epic.title}\n</epic>\n\n<requirements>\n${quoteCards(epic.cards)}\n</requirements>`,
    schema: storiesSchema(shape.storiesPerEpic),
    maxTokens: 8_192,
  }
}

/** Subtask generation: one story, with its epic, the epic's cards and its other stories. */
export function subtaskPrompt(
  story: StoryContent,
  epic: {
    readonly title: string
    readonly cards: readonly QuotedCard[]
    readonly stories: readonly Pick<StoryContent, 'title' | 'narrative'>[]
  },
  shape: PipelineShape,
): Prompt<{ subtasks: SubtaskContent[] }> {
  const acceptance = story.acceptance.map((criterion) => `- ${criterion}`).join('\n')
  const others = epic.stories
    .filter((other) => other.title !== story.title || other.narrative !== story.narrative)
    .map((other) => `- ${other.title}: ${other.narrative}`)
    .join('\n')
  return {
    system: `${SUBTASK_SYSTEM}\n\nSplit the story into ${shape.subtasksPerStory} subtasks. Its epic, with the requirements and the other stories of it, is there for comparison.`,
    user: `<story>\n${story.title}\n${story.narrative}\n<acceptance>\n${acceptance}\n</acceptance>\n</story>\n\n<epic>\n${epic.title}\n</epic>\n\n<requirements>\n${quoteCards(epic.cards)}\n</requirements>\n\n<other-stories>\n${others}\n</other-stories>`,
    schema: subtasksSchema(shape.subtasksPerStory),
    maxTokens: 2_048,
  }
}

function quoteCards(cards: readonly QuotedCard[]): string {
  return cards.map((card) => `- ${card.title} (${card.kind}): ${card.summary}`).join('\n')
}
