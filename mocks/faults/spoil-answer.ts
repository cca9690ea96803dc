import { type ContentAnswer, type ContentBlock, type JsonValue, violateSchema } from '../content/index.ts'
import type { Fault } from './fault.ts'

/** The answer as the fault leaves it: the kinds that are about content. */
export function spoilAnswer(answer: ContentAnswer, fault: Fault | undefined): ContentAnswer {
  switch (fault?.kind) {
    case 'refusal':
      return { content: [{ type: 'text', text: 'I can’t help with that request.' }], stopReason: 'refusal' }
    case 'schema-violation':
      return { ...answer, content: answer.content.map(spoilBlock) }
    default:
      return answer
  }
}

function spoilBlock(block: ContentBlock): ContentBlock {
  if (block.type === 'tool_use') {
    return { ...block, input: violateSchema(block.input) as { readonly [name: string]: JsonValue } }
  }
  try {
    return { ...block, text: JSON.stringify(violateSchema(JSON.parse(block.text))) }
  } catch {
    // Text beside a call of a tool.
    return block
  }
}
