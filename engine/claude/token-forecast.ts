import { z } from 'zod'
import type { Phase } from '../events.ts'
import type { Prompt } from './prompts.ts'
import type { Cost } from './rate-limit-state.ts'

/**
 * Until the API has counted a phase's first request. English has about four characters a token, the JSON
 * of a schema fewer: rather too many tokens, since a forecast that is too low is a 429.
 */
const CHARACTERS_PER_TOKEN = 3.3
/** What an answer is expected to hold of its `maxTokens` before one has been seen. */
const FIRST_GUESS_SHARE = 0.25

/** What a request will cost, learned from those of the same phase before it. */
export class TokenForecast {
  readonly #input = new Map<Phase, Mean>()
  readonly #output = new Map<Phase, Mean>()

  expect(phase: Phase, prompt: Prompt<unknown>): Cost {
    const tokensPerCharacter = this.#input.get(phase)?.value ?? 1 / CHARACTERS_PER_TOKEN
    return {
      inputTokens: Math.ceil(characters(prompt) * tokensPerCharacter),
      outputTokens: Math.ceil(this.#output.get(phase)?.value ?? prompt.maxTokens * FIRST_GUESS_SHARE),
    }
  }

  learn(phase: Phase, prompt: Prompt<unknown>, cost: Cost): void {
    meanOf(this.#input, phase).add(cost.inputTokens / characters(prompt))
    meanOf(this.#output, phase).add(cost.outputTokens)
  }
}

class Mean {
  #sum = 0
  #n = 0

  add(value: number): void {
    this.#sum += value
    this.#n++
  }

  get value(): number {
    return this.#sum / this.#n
  }
}

function meanOf(means: Map<Phase, Mean>, phase: Phase): Mean {
  const mean = means.get(phase) ?? new Mean()
  means.set(phase, mean)
  return mean
}

/** The schema of the answer is part of what is sent. */
function characters({ system, user, schema }: Prompt<unknown>): number {
  return system.length + user.length + schemaLength(schema)
}

const schemaLengths = new WeakMap<z.ZodType, number>()

/** Converted once: every call of a phase has the same. */
function schemaLength(schema: z.ZodType): number {
  const length = schemaLengths.get(schema) ?? JSON.stringify(z.toJSONSchema(schema)).length
  schemaLengths.set(schema, length)
  return length
}
