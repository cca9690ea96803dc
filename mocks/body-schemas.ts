import { z } from 'zod'
import { BLOCK_TYPES } from './issue-words.ts'

const textBlock = z.looseObject({ type: z.literal('text'), text: z.string() })
const otherBlock = z.looseObject({ type: z.enum(BLOCK_TYPES).exclude(['text']) })
const content = z.union([z.string(), z.array(z.discriminatedUnion('type', [textBlock, otherBlock]))])

/** The order of the fields is that in which the first problem is reported. */
export const messagesBody = z.strictObject({
  model: z.string(),
  messages: z.array(z.strictObject({ role: z.enum(['user', 'assistant', 'system']), content })),
  max_tokens: z.int().min(1),
  system: z.union([z.string(), z.array(textBlock)]).optional(),
  stop_sequences: z.array(z.string()).optional(),
  stream: z.boolean().optional(),
  output_config: z
    .strictObject({
      effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).nullish(),
      format: z
        .strictObject({ type: z.literal('json_schema'), schema: z.record(z.string(), z.unknown()) })
        .nullish(),
    })
    .optional(),
  tools: z.array(z.looseObject({})).optional(),
  tool_choice: z.looseObject({ type: z.enum(['auto', 'any', 'tool', 'none']) }).optional(),
  thinking: z.looseObject({ type: z.string() }).optional(),
  metadata: z.looseObject({}).optional(),
  temperature: z.number().min(0).max(1).optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_k: z.int().min(0).optional(),
  service_tier: z.enum(['auto', 'standard_only']).optional(),
  speed: z.enum(['standard', 'fast']).nullish(),
  cache_control: z.unknown().optional(),
  container: z.unknown().optional(),
  diagnostics: z.unknown().optional(),
  inference_geo: z.string().nullish(),
  user_profile_id: z.string().optional(),
  workspace_id: z.string().optional(),
})

/** Body of `POST /v1/messages`. */
export type MessagesBody = z.infer<typeof messagesBody>

export const countTokensBody = messagesBody.pick({
  model: true,
  messages: true,
  system: true,
  output_config: true,
  tools: true,
  tool_choice: true,
  thinking: true,
  speed: true,
  cache_control: true,
  user_profile_id: true,
  workspace_id: true,
})

/** Body of `POST /v1/messages/count_tokens`. */
export type CountTokensBody = z.infer<typeof countTokensBody>

export interface ParseContext {
  /** The `anthropic-version` of the request. */
  readonly version: string
  /** The models that exist. */
  readonly models: readonly string[]
}
