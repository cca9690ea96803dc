import Anthropic from '@anthropic-ai/sdk'
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod'
import { z } from 'zod'

const findings = z.object({
  theme: z.string().describe('What the findings have in common'),
  findings: z.array(z.object({ title: z.string(), detail: z.string() })).length(3),
})
const stories = z.object({
  stories: z.array(z.object({ title: z.string(), text: z.string() })).length(2),
})
const tasks = z.object({
  tasks: z.array(z.object({ title: z.string(), hours: z.int().min(1).max(16) })).length(2),
})

export interface AssistantOptions {
  readonly model: string
  /** Before each call, so that the rate limit holds, ms. */
  readonly pacingMs: number
}

/** Asks Claude, one question after the other. The SDK reads ANTHROPIC_API_KEY and ANTHROPIC_BASE_URL, and retries. */
export class Assistant {
  readonly #claude = new Anthropic()
  readonly #options: AssistantOptions

  constructor(options: AssistantOptions) {
    this.#options = options
  }

  findingsOf(text: string) {
    return this.#ask('List the three requirements that matter most in this document.', text, findings)
  }

  storiesOf(theme: string, details: readonly string[]) {
    return this.#ask(`Write two user stories for "${theme}".`, details.join('\n'), stories)
  }

  tasksOf(story: string) {
    return this.#ask('Split this user story into two tasks.', story, tasks)
  }

  async #ask<Schema extends z.ZodType>(
    task: string,
    text: string,
    schema: Schema,
  ): Promise<z.output<Schema>> {
    const { model, pacingMs } = this.#options
    await new Promise((resolve) => setTimeout(resolve, pacingMs))
    const message = await this.#claude.messages.parse({
      model,
      max_tokens: 4_096,
      system: task,
      messages: [{ role: 'user', content: text }],
      output_config: { format: zodOutputFormat(schema) },
    })
    if (message.parsed_output === null) throw new Error(`Claude gave no answer (${message.stop_reason})`)
    return message.parsed_output as z.output<Schema>
  }
}
