/** The models that the mock knows: those of the SDK's `Model` type at 1.12.0. Others get 404, as from the API. */
export const KNOWN_MODELS = [
  'claude-fable-5-2',
  'claude-mythos-5-2',
  'claude-haiku-5-5',
  'claude-sonnet-5-5',
  'claude-fable-5-1',
  'claude-opus-5-5',
  'claude-mythos-5-1',
  'claude-sonnet-5',
  'claude-fable-5',
  'claude-mythos-5',
  'claude-opus-5',
  'claude-opus-4-8',
  'claude-opus-4-7',
  'claude-mythos-preview',
  'claude-opus-4-6',
  'claude-sonnet-4-6',
  'claude-haiku-4-5',
  'claude-haiku-4-5-20251001',
  'claude-opus-4-5',
  'claude-opus-4-5-20251101',
  'claude-sonnet-4-5',
  'claude-sonnet-4-5-20250929',
] as const

/**
 * The class that shares one set of rate limits: family and major version, so `claude-opus-4` for
 * `claude-opus-4-8` and `claude-opus-4-5-20251101`.
 */
export function modelClass(model: string): string {
  return /^claude-[a-z]+(?:-\d+)?(?=-|$)/.exec(model)?.[0] ?? model
}

export interface ModelFacts {
  /** The most that `max_tokens` may be. */
  readonly maxOutputTokens: number
  readonly contextTokens: number
  /** Whether a conversation may end with the beginning of the answer. */
  readonly prefill: boolean
}

/**
 * What is documented of a model, by the version in its name: from 4.6 on, no prefill, 128k output tokens
 * and a context of 1M. Undefined when the name has no version: then nothing is checked.
 */
export function modelFacts(model: string): ModelFacts | undefined {
  const version = /^claude-[a-z]+-(\d+)(?:-(\d{1,2}))?(?=-|$)/.exec(model)
  if (version === null) return undefined
  const [major, minor] = [Number(version[1]), Number(version[2] ?? 0)]
  return major > 4 || (major === 4 && minor >= 6)
    ? { maxOutputTokens: 128_000, contextTokens: 1_000_000, prefill: false }
    : { maxOutputTokens: 64_000, contextTokens: 200_000, prefill: true }
}
