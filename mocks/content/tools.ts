import type { MessagesBody } from '../body-schemas.ts'
import type { Random } from '../random.ts'
import type { CallableTool, ContentRequest } from './content-types.ts'
import type { JsonSchema } from './json-schema.ts'

/** Tools of the API's own types have no schema in the request, so nothing can be written for them. */
export function callableTools(tools: readonly Readonly<Record<string, unknown>>[]): CallableTool[] {
  return tools.flatMap(({ name, description, strict, input_schema: inputSchema }, index) =>
    typeof inputSchema === 'object' && inputSchema !== null
      ? [
          {
            name: String(name),
            description: String(description ?? ''),
            inputSchema: inputSchema as JsonSchema,
            strict: strict === true,
            path: `tools.${index}.custom.input_schema`,
          },
        ]
      : [],
  )
}

/** The tool that the answer calls, and whether the request forces the call; undefined for none. */
export function toolToCall(
  { body, tools, userText }: ContentRequest,
  random: Random,
): { readonly tool: CallableTool; readonly forced: boolean } | undefined {
  const choice = body.tool_choice ?? { type: 'auto' as const }
  switch (choice.type) {
    case 'none':
      return undefined
    case 'tool': {
      const tool = tools.find(({ name }) => name === choice.name)
      return tool === undefined ? undefined : { tool, forced: true }
    }
    case 'any':
      return tools.length === 0 ? undefined : { tool: mostFitting(tools, userText, random), forced: true }
    case 'auto':
      // A tool that has answered is not called again, or no loop of calls would ever end.
      return tools.length === 0 || endsWithToolResult(body)
        ? undefined
        : { tool: mostFitting(tools, userText, random), forced: false }
  }
}

function endsWithToolResult({ messages }: MessagesBody): boolean {
  const content = messages.at(-1)?.content
  return Array.isArray(content) && content.some((block) => block.type === 'tool_result')
}

/** The tool whose name and description have most words in common with the prompt. */
function mostFitting(tools: readonly CallableTool[], userText: string, random: Random): CallableTool {
  const said = new Set(wordsOf(userText))
  const scores = tools.map((tool) => {
    const named = new Set(wordsOf(tool.name))
    const described = new Set(wordsOf(tool.description))
    const count = (words: ReadonlySet<string>) => [...words].filter((word) => said.has(word)).length
    return 3 * count(named) + count(described)
  })
  const best = Math.max(...scores)
  return random.pick(tools.filter((_, index) => scores[index] === best))
}

/** Short words say nothing about what a text is about. */
function wordsOf(text: string): string[] {
  return (text.replace(/([a-z])([A-Z])/g, '$1 $2').match(/\p{L}{4,}/gu) ?? []).map((word) =>
    word.toLowerCase(),
  )
}
