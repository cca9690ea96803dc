import type { ContentAnswer } from './content-types.ts'

const STOP_REASONS = ['end_turn', 'tool_use', 'refusal']

/**
 * What is wrong with what a content handler returned; undefined when nothing is. A handler of one's own
 * may be written without types, or be asynchronous by mistake.
 */
export function answerProblem(answer: unknown): string | undefined {
  if (typeof (answer as Promise<unknown> | null)?.then === 'function') {
    // Nobody waits for it: a rejection that is not caught would end the process.
    void Promise.resolve(answer).catch(() => {})
    return 'is expected to return its answer at once, got a promise'
  }
  const { content, stopReason } = (answer ?? {}) as Partial<ContentAnswer>
  if (!Array.isArray(content)) return 'is expected to return { content, stopReason } with a list of blocks'
  const wrong = content.findIndex((block) => !isBlock(block))
  if (wrong >= 0) {
    return `is expected to return blocks { type: 'text', text } or { type: 'tool_use', name, input }, got another at ${wrong}`
  }
  if (!STOP_REASONS.includes(String(stopReason))) {
    return `is expected to return a stopReason of ${STOP_REASONS.join(', ')}, got ${String(stopReason)}`
  }
  return undefined
}

function isBlock(block: Readonly<Record<string, unknown>> | null | undefined): boolean {
  switch (block?.type) {
    case 'text':
      return typeof block.text === 'string'
    case 'tool_use':
      return typeof block.name === 'string' && typeof block.input === 'object' && block.input !== null
    default:
      return false
  }
}
