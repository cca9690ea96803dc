import type { z } from 'zod'

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
const INTEGERS = ['max_tokens', 'top_k', 'budget_tokens']

/** Values whose `type` decides what else they have: the API puts it into the path. */
const TAGGED = /^(content\.\d+|source|cache_control|thinking|tool_choice)$/

/**
 * A zod issue in the words of the API, which validates with Pydantic.
 * @param input What was validated.
 */
export function describeIssue(
  issue: z.core.$ZodIssue | undefined,
  input: unknown,
  prefix: readonly PropertyKey[] = [],
): string {
  if (issue === undefined) return 'Invalid request'
  const last = issue.path.at(-1)
  const path = [...prefix, ...taggedPath(issue.path, input)].map(String)
  const at = (text: string): string => (path.length === 0 ? text : `${path.join('.')}: ${text}`)
  switch (issue.code) {
    case 'unrecognized_keys':
      return `${[...path, ...tagOf(issue.path, input), issue.keys[0]].join('.')}: Extra inputs are not permitted`
    case 'invalid_union':
      return unionIssue(issue, input, prefix, at)
    case 'invalid_type': {
      const expected = INTEGERS.includes(String(last)) ? 'int' : issue.expected
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
          : `Input should be ${listOf(issue.values).replace(/, (?=[^,]*$)/, ' or ')}`,
      )
    case 'invalid_format':
      return at(`String should match pattern '${String(issue.pattern).replace(/^\/|\/$/g, '')}'`)
    case 'too_small':
      if (issue.origin === 'array') {
        return at(`List should have at least ${issue.minimum} item after validation, not 0`)
      }
      if (issue.origin === 'string') return at(`String should have at least ${issue.minimum} character`)
      return at(`Input should be greater than or equal to ${issue.minimum}`)
    case 'too_big':
      return at(`Input should be less than or equal to ${issue.maximum}`)
    default:
      return at(issue.message)
  }
}

function unionIssue(
  issue: z.core.$ZodIssueInvalidUnion,
  input: unknown,
  prefix: readonly PropertyKey[],
  at: (text: string) => string,
): string {
  if (issue.errors.length > 0) {
    // The branch that got furthest is the one that was meant.
    const branches = issue.errors.map((errors) => errors[0]).filter((branch) => branch !== undefined)
    branches.sort((a, b) => b.path.length - a.path.length)
    const [meant] = branches
    if (meant === undefined) return at(issue.message)
    return describeIssue({ ...meant, path: [...issue.path, ...meant.path] }, input, prefix)
  }
  // Of a union by `type`: the issue is at the type.
  const owner = issue.path.slice(0, -1)
  const where = [...prefix, ...taggedPath(owner, input)].join('.')
  if (issue.input === undefined) return at('Field required')
  const tag = (issue.input as { readonly type?: unknown } | null)?.type ?? issue.input
  if (tag === undefined || typeof tag === 'object') return at('Field required')
  return inputTag(where, tag, 'options' in issue && Array.isArray(issue.options) ? issue.options : [])
}

/** That the type of a value is none of those that there are. */
export function inputTag(where: string, tag: unknown, expected: readonly unknown[]): string {
  const tags = expected.length === 0 ? '' : `: ${listOf(expected)}`
  return `${where}: Input tag '${String(tag).slice(0, 100)}' found using 'type' does not match any of the expected tags${tags}`
}

function listOf(values: readonly unknown[]): string {
  return values.map((value) => `'${value}'`).join(', ')
}

function taggedPath(path: readonly PropertyKey[], input: unknown): PropertyKey[] {
  return path.flatMap((key, index) =>
    index === path.length - 1 ? [key] : [key, ...tagOf(path.slice(0, index + 1), input)],
  )
}

/** The type of the value at this place, where it goes into the path. */
function tagOf(path: readonly PropertyKey[], input: unknown): string[] {
  const place = typeof path.at(-1) === 'number' ? path.slice(-2).join('.') : String(path.at(-1))
  if (!TAGGED.test(place)) return []
  const { type } = (path.reduce(within, input) ?? {}) as { readonly type?: unknown }
  return typeof type === 'string' && type.length < 50 ? [type] : []
}

function within(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<PropertyKey, unknown>)[key]
    : undefined
}
