import type { CountTokensBody } from './body-schemas.ts'
import { describeIssue, inputTag } from './issue-words.ts'
import { API_TOOL_TYPES, customTool, TOOL_TYPES } from './tool-schemas.ts'

type Messages = CountTokensBody['messages']

/** What is wrong with the tools of a request and the choice among them, in the API's words. */
export function toolsProblem({ tools, tool_choice, thinking }: CountTokensBody): string | undefined {
  if (tools === undefined && tool_choice === undefined) return undefined
  for (const [index, tool] of (tools ?? []).entries()) {
    const problem = toolProblem(tool, index)
    if (problem !== undefined) return problem
  }
  const names = (tools ?? []).map(({ name }) => name).filter((name) => name !== undefined)
  if (new Set(names).size < names.length) return 'tools: Tool names must be unique.'
  if (tool_choice === undefined || tool_choice.type === 'none' || tool_choice.type === 'auto')
    return undefined
  if (tools === undefined || tools.length === 0) {
    return 'tool_choice: may only be specified while providing `tools`'
  }
  if (tool_choice.type === 'tool') {
    if (!names.includes(tool_choice.name)) return `Tool '${tool_choice.name}' not found in provided tools`
  }
  if (thinking?.type === 'enabled') return 'Thinking may not be enabled when tool_choice forces tool use.'
  const choosable = tools.filter(({ name }) => tool_choice.type === 'any' || name === tool_choice.name)
  if (choosable.every((tool) => tool.input_schema === undefined)) {
    return 'tool_choice: this mock calls only tools that have an input_schema'
  }
  return undefined
}

function toolProblem(tool: Readonly<Record<string, unknown>>, index: number): string | undefined {
  // Tools of the API's own types (`bash_20250124`, …) have other fields.
  if (API_TOOL_TYPES.some((type) => type === tool.type)) return cacheControlProblem(tool, index)
  if (typeof tool.type === 'string' && tool.type !== 'custom') {
    return inputTag(`tools.${index}`, tool.type, TOOL_TYPES)
  }
  const parsed = customTool.safeParse(tool, { reportInput: true })
  if (parsed.success) return undefined
  return describeIssue(parsed.error.issues[0], tool, ['tools', index, 'custom'])
}

function cacheControlProblem(tool: Readonly<Record<string, unknown>>, index: number): string | undefined {
  const parsed = customTool.pick({ cache_control: true }).loose().safeParse(tool, { reportInput: true })
  return parsed.success
    ? undefined
    : describeIssue(parsed.error.issues[0], tool, ['tools', index, String(tool.type)])
}

/** Each call of a tool is answered in the next message, and nothing else is. */
export function toolUseProblem(messages: Messages): string | undefined {
  for (const [index, message] of messages.entries()) {
    for (const { type } of blocksOf(message)) {
      const role = type === 'tool_use' ? 'assistant' : type === 'tool_result' ? 'user' : message.role
      if (role !== message.role)
        return `messages.${index}: \`${type}\` blocks can only be in \`${role}\` messages`
    }
    const asked = idsOf(messages[index - 1], 'assistant', 'tool_use', 'id')
    for (const [position, block] of blocksOf(message).entries()) {
      if (block.type !== 'tool_result' || asked.includes(block.tool_use_id)) continue
      return (
        `messages.${index}.content.${position}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ` +
        `${block.tool_use_id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`
      )
    }
    const answered = idsOf(message, 'user', 'tool_result', 'tool_use_id')
    const missing = asked.filter((id) => !answered.includes(id))
    if (missing.length > 0) return withoutResult(index - 1, missing)
  }
  const last = idsOf(messages.at(-1), 'assistant', 'tool_use', 'id')
  return last.length > 0 ? withoutResult(messages.length - 1, last) : undefined
}

function withoutResult(index: number, ids: readonly unknown[]): string {
  return (
    `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ` +
    `${ids.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`
  )
}

function blocksOf(message: Messages[number] | undefined): readonly Readonly<Record<string, unknown>>[] {
  return message === undefined || typeof message.content === 'string' ? [] : message.content
}

function idsOf(message: Messages[number] | undefined, role: string, type: string, field: string): unknown[] {
  if (message?.role !== role) return []
  return blocksOf(message).flatMap((block) => (block.type === type ? [block[field]] : []))
}
