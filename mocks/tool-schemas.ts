import { z } from 'zod'
import { cacheControl } from './content-block-schemas.ts'

/** The types of the API's own tools, as the SDK has them at 1.12.0. What else is in them is not checked. */
export const API_TOOL_TYPES = [
  'bash_20250124',
  'browser_toolset_20260801',
  'code_execution_20250522',
  'code_execution_20250825',
  'code_execution_20260120',
  'code_execution_20260521',
  'computer_toolset_20260801',
  'memory_20250818',
  'text_editor_20250124',
  'text_editor_20250429',
  'text_editor_20250728',
  'tool_search_tool_bm25',
  'tool_search_tool_bm25_20251119',
  'tool_search_tool_regex',
  'tool_search_tool_regex_20251119',
  'web_fetch_20250910',
  'web_fetch_20260209',
  'web_fetch_20260309',
  'web_fetch_20260318',
  'web_search_20250305',
  'web_search_20260209',
  'web_search_20260318',
] as const

export const TOOL_TYPES = ['custom', ...API_TOOL_TYPES] as const

/** A tool of the client's own. The order of the fields is that in which the first problem is reported. */
export const customTool = z.strictObject({
  type: z.literal('custom').nullish(),
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal('object') }),
  strict: z.boolean().optional(),
  cache_control: cacheControl,
  allowed_callers: z.array(z.string()).optional(),
  defer_loading: z.boolean().optional(),
  eager_input_streaming: z.boolean().nullish(),
  input_examples: z.array(z.record(z.string(), z.unknown())).optional(),
})

const choice = { disable_parallel_tool_use: z.boolean().optional() }

export const toolChoice = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('auto'), ...choice }),
  z.strictObject({ type: z.literal('any'), ...choice }),
  z.strictObject({ type: z.literal('tool'), name: z.string(), ...choice }),
  z.strictObject({ type: z.literal('none') }),
])
