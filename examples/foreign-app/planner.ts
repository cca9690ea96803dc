import type { Assistant } from './assistant.ts'
import type { PrismaClient } from './generated/client.ts'

export type Outcome = { state: 'continue' } | { state: 'finished'; status: 'COMPLETED' | 'FAILED' }

export interface PlannerOptions {
  readonly db: PrismaClient
  readonly assistant: Assistant
  /** No step is begun after this: the platform ends a request at 300 s. */
  readonly budgetMs: number
}

/** Makes stories and tasks of documents, a row at a time. */
export class Planner {
  readonly #options: PlannerOptions

  constructor(options: PlannerOptions) {
    this.#options = options
  }

  async create(documents: readonly { filename: string; content: string }[]) {
    const { db } = this.#options
    const plan = await db.plan.create({ data: {} })
    for (const [position, { filename, content }] of documents.entries()) {
      await db.document.create({ data: { planId: plan.id, position, name: filename, text: content } })
    }
    return plan
  }

  find(id: string) {
    return this.#options.db.plan.findUnique({ where: { id } })
  }

  /** Goes on with a plan until it is finished, or until the time is up. */
  async processNext(plan: { id: string; status: string }): Promise<Outcome> {
    const { db, budgetMs } = this.#options
    if (plan.status === 'COMPLETED' || plan.status === 'FAILED') {
      return { state: 'finished', status: plan.status }
    }
    const until = Date.now() + budgetMs
    await db.plan.update({ where: { id: plan.id }, data: { status: 'RUNNING' } })
    try {
      do {
        if (await this.#nextStep(plan.id)) continue
        await db.plan.update({ where: { id: plan.id }, data: { status: 'COMPLETED' } })
        return { state: 'finished', status: 'COMPLETED' }
      } while (Date.now() < until)
      return { state: 'continue' }
    } catch (error) {
      await db.plan.update({ where: { id: plan.id }, data: { status: 'FAILED', error: String(error) } })
      return { state: 'finished', status: 'FAILED' }
    }
  }

  /** @returns false where nothing is left to be done */
  async #nextStep(planId: string): Promise<boolean> {
    const { db } = this.#options
    const next = { where: { planId, status: 'PENDING' as const }, orderBy: { position: 'asc' as const } }
    const document = await db.document.findFirst(next)
    if (document) return this.#analyse(document)
    const theme = await db.theme.findFirst(next)
    if (theme) return this.#writeStories(theme)
    const story = await db.userStory.findFirst(next)
    return story ? this.#splitIntoTasks(story) : false
  }

  async #analyse({ id, planId, name, text, position }: Row<'document'>): Promise<true> {
    const { db, assistant } = this.#options
    const answer = await assistant.findingsOf(text)
    const theme = await db.theme.create({ data: { planId, position, title: answer.theme } })
    for (const { title, detail } of answer.findings) {
      await db.finding.create({ data: { documentId: id, themeId: theme.id, title, detail } })
    }
    await db.document.update({ where: { id }, data: { status: 'DONE' } })
    return this.#stepDone(planId, `analysed ${name}`)
  }

  async #writeStories({ id, planId, title, position }: Row<'theme'>): Promise<true> {
    const { db, assistant } = this.#options
    const findings = await db.finding.findMany({ where: { themeId: id } })
    const { stories } = await assistant.storiesOf(
      title,
      findings.map(({ detail }) => detail),
    )
    for (const [index, story] of stories.entries()) {
      await db.userStory.create({ data: { planId, themeId: id, position: position * 100 + index, ...story } })
    }
    await db.theme.update({ where: { id }, data: { status: 'DONE' } })
    return this.#stepDone(planId, `wrote ${stories.length} stories for ${title}`)
  }

  async #splitIntoTasks({ id, planId, title, text }: Row<'userStory'>): Promise<true> {
    const { db, assistant } = this.#options
    const { tasks } = await assistant.tasksOf(`${title}\n${text}`)
    await db.task.createMany({ data: tasks.map((task) => ({ storyId: id, ...task })) })
    await db.userStory.update({ where: { id }, data: { status: 'DONE' } })
    return this.#stepDone(planId, `split ${title}`)
  }

  async #stepDone(id: string, line: string): Promise<true> {
    const { db } = this.#options
    await db.plan.update({ where: { id }, data: { done: { increment: 1 } } })
    const { log } = await db.plan.findUniqueOrThrow({ where: { id } })
    await db.plan.update({ where: { id }, data: { log: `${log}${line}\n` } })
    return true
  }
}

type Row<Model extends 'document' | 'theme' | 'userStory'> = NonNullable<
  Awaited<ReturnType<PrismaClient[Model]['findFirst']>>
>
