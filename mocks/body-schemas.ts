import { z } from 'zod'
import { cacheControl, contentBlock, textBlock } from './content-block-schemas.ts'
import { toolChoice } from './tool-schemas.ts'

const content = z.union([z.string(), z.array(contentBlock)])

const display = z.enum(['summarized', 'omitted']).nullish()
const thinking = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('enabled'), budget_tokens: z.int().min(1_024), display }),
  z.strictObject({ type: z.literal('disabled') }),
  z.strictObject({ type: z.literal('between_tools') }),
  z.strictObject({ type: z.literal('adaptive'), display }),
])

const container = z.union([
  z.string(),
  z.strictObject({ id: z.string().nullish(), skills: z.array(z.looseObject({})).nullish() }),
])

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
  tool_choice: toolChoice.optional(),
  thinking: thinking.optional(),
  metadata: z.strictObject({ user_id: z.string().nullish() }).optional(),
  temperature: z.number().min(0).max(1).optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_k: z.int().min(0).optional(),
  service_tier: z.enum(['auto', 'standard_only']).optional(),
  speed: z.enum(['standard', 'fast']).nullish(),
  cache_control: cacheControl,
  container: container.nullish(),
  diagnostics: z.strictObject({ previous_message_id: z.string().nullish() }).nullish(),
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
