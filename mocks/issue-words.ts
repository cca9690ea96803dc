import type { z } from 'zod'

/** The types that a content block of a request can have. */
export const BLOCK_TYPES = [
  'text',
  'image',
  'document',
  'search_result',
  'thinking',
  'redacted_thinking',
  'tool_use',
  'tool_result',
  'server_tool_use',
  'web_search_tool_result',
  'web_fetch_tool_result',
  'code_execution_tool_result',
  'bash_code_execution_tool_result',
  'text_editor_code_execution_tool_result',
  'tool_search_tool_result',
  'container_upload',
] as const

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  int: 'integer',
  boolean: 'boolean',
  array: 'list',
  object: 'dictionary',
  record: 'dictionary',
}

/** For a string in their place zod only says that it expected a number. */
const INTEGERS = ['max_tokens', 'top_k']

/** A zod issue in the words of the API, which validates with Pydantic. */
export function describeIssue(issue: z.core.$ZodIssue | undefined, prefix: readonly PropertyKey[]): string {
  if (issue === undefined) return 'Invalid request'
  const path = [...prefix, ...issue.path]
  const at = (text: string): string => (path.length === 0 ? text : `${path.map(String).join('.')}: ${text}`)
  const list = (values: readonly unknown[]) => values.map((value) => `'${value}'`).join(', ')
  switch (issue.code) {
    case 'unrecognized_keys':
      return `${[...path, issue.keys[0]].map(String).join('.')}: Extra inputs are not permitted`
    case 'invalid_union': {
      if (issue.input === undefined) return at('Field required')
      if (issue.errors.length === 0) {
        return at(`Input tag does not match any of the expected tags: ${list(BLOCK_TYPES)}`)
      }
      // The branch that got furthest is the one that was meant.
      const branches = issue.errors.map((errors) => errors[0])
      branches.sort((a, b) => (b?.path.length ?? 0) - (a?.path.length ?? 0))
      return describeIssue(branches[0], path)
    }
    case 'invalid_type': {
      const expected = INTEGERS.includes(String(path.at(-1))) ? 'int' : issue.expected
      return at(
        issue.input === undefined
          ? 'Field required'
          : `Input should be a valid ${TYPE_NAMES[expected] ?? expected}`,
      )
    }
    case 'invalid_value':
      return at(
        issue.input === undefined
          ? 'Field required'
          : `Input should be ${list(issue.values).replace(/, (?=[^,]*$)/, ' or ')}`,
      )
    case 'too_small':
      if (issue.origin === 'array') {
        return at(`List should have at least ${issue.minimum} item after validation, not 0`)
      }
      return at(`Input should be greater than or equal to ${issue.minimum}`)
    case 'too_big':
      return at(`Input should be less than or equal to ${issue.maximum}`)
    default:
      return at(issue.message)
  }
}
