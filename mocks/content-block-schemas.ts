import { z } from 'zod'

/**
 * The blocks that a request may contain, as the SDK's types have them (`ContentBlockParam`, 1.12.0). A key
 * that is not among them is refused, as the API does.
 */

export const cacheControl = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional() }),
  ])
  .nullish()
const citations = z.strictObject({ enabled: z.boolean().optional() }).nullish()
const toolUseId = z.string().regex(/^[a-zA-Z0-9_-]+$/)
const url = z.strictObject({ type: z.literal('url'), url: z.string() })
const file = z.strictObject({ type: z.literal('file'), file_id: z.string() })
const dictionary = z.record(z.string(), z.unknown())

export const textBlock = z.strictObject({
  type: z.literal('text'),
  text: z.string(),
  cache_control: cacheControl,
  citations: z.array(z.looseObject({ type: z.string() })).nullish(),
})

const image = z.strictObject({
  type: z.literal('image'),
  source: z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('base64'),
      media_type: z.enum(['image/jpeg', 'image/png', 'image/gif', 'image/webp']),
      data: z.string(),
    }),
    url,
    file,
  ]),
  cache_control: cacheControl,
  transformations: z.strictObject({ oversized_image: z.enum(['downsize', 'error']).optional() }).nullish(),
})

const document = z.strictObject({
  type: z.literal('document'),
  source: z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('base64'),
      media_type: z.literal('application/pdf'),
      data: z.string(),
    }),
    z.strictObject({ type: z.literal('text'), media_type: z.literal('text/plain'), data: z.string() }),
    z.strictObject({
      type: z.literal('content'),
      content: z.union([z.string(), z.array(z.discriminatedUnion('type', [textBlock, image]))]),
    }),
    url,
    file,
  ]),
  cache_control: cacheControl,
  citations,
  context: z.string().nullish(),
  title: z.string().nullish(),
})

const searchResult = z.strictObject({
  type: z.literal('search_result'),
  content: z.array(textBlock),
  source: z.string(),
  title: z.string(),
  cache_control: cacheControl,
  citations,
})

const toolResult = z.strictObject({
  type: z.literal('tool_result'),
  tool_use_id: toolUseId,
  content: z
    .union([
      z.string(),
      z.array(
        z.discriminatedUnion('type', [
          textBlock,
          image,
          searchResult,
          document,
          z.strictObject({
            type: z.literal('tool_reference'),
            tool_name: z.string(),
            cache_control: cacheControl,
          }),
          z.looseObject({ type: z.literal('browser_state'), tabs: z.array(z.unknown()) }),
        ]),
      ),
    ])
    .optional(),
  is_error: z.boolean().optional(),
  cache_control: cacheControl,
  toolset_name: z.string().nullish(),
})

const calls = {
  id: toolUseId,
  input: dictionary,
  cache_control: cacheControl,
  caller: z.looseObject({ type: z.string() }).optional(),
}
const toolUse = z.strictObject({
  type: z.literal('tool_use'),
  name: z.string().min(1),
  ...calls,
  toolset_name: z.string().nullish(),
})
const serverToolUse = z.strictObject({ type: z.literal('server_tool_use'), name: z.string(), ...calls })

/** Results of the API's own tools, which come back as they were: only how they hang together is checked. */
const serverToolResult = z.looseObject({
  type: z.enum([
    'web_search_tool_result',
    'web_fetch_tool_result',
    'code_execution_tool_result',
    'bash_code_execution_tool_result',
    'text_editor_code_execution_tool_result',
    'tool_search_tool_result',
  ]),
  tool_use_id: z.string(),
  content: z.union([z.array(z.unknown()), dictionary]),
  cache_control: cacheControl,
})

export const contentBlock = z.discriminatedUnion('type', [
  textBlock,
  image,
  document,
  searchResult,
  z.strictObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() }),
  z.strictObject({ type: z.literal('redacted_thinking'), data: z.string() }),
  toolUse,
  toolResult,
  serverToolUse,
  serverToolResult,
  z.strictObject({
    type: z.literal('container_upload'),
    file_id: z.string(),
    cache_control: cacheControl,
  }),
])
