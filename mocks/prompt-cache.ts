import type { MessagesBody } from './body-schemas.ts'
import { contentTokens, TOKENS_PER_MESSAGE } from './input-tokens.ts'
import { hashOf } from './random.ts'
import type { CachedInput } from './rate-limits.ts'
import { createRecentMap } from './recent-map.ts'
import { estimateTokens } from './tokens.ts'

/** A shorter prefix is not cached. Some models of the API have 512, 2,048 or 4,096 in place of it. */
export const CACHEABLE_TOKENS = 1_024
/** How far back from a breakpoint an earlier prefix is looked for, as in the API. */
const LOOKBACK_BLOCKS = 20
/** Prefixes kept at least; those used longest ago go first. */
const PREFIXES_REMEMBERED = 50_000

const TTL_MS = { '5m': 300_000, '1h': 3_600_000 } as const
type Ttl = keyof typeof TTL_MS

export interface CacheLookup extends CachedInput {
  readonly created: Readonly<Record<Ttl, number>>
  /** Makes what was read and created last from this time on: the API can read an entry once the answer begins. */
  keep(fromMs: number): void
}

export interface PromptCache {
  /** What of a request's input would be read and written. Changes nothing. */
  look(body: MessagesBody, inputTokens: number, nowMs: number): CacheLookup
}

/** The fields of a message's usage that tell of its input. */
export function inputUsage(inputTokens: number, { cacheRead, cacheCreation, created }: CacheLookup) {
  return {
    input_tokens: inputTokens - cacheRead - cacheCreation,
    cache_creation_input_tokens: cacheCreation,
    cache_read_input_tokens: cacheRead,
    cache_creation: {
      ephemeral_5m_input_tokens: created['5m'],
      ephemeral_1h_input_tokens: created['1h'],
    },
  }
}

interface Entry {
  readonly fromMs: number
  readonly untilMs: number
  readonly ttl: Ttl
}

interface Prefix {
  readonly hash: string
  /** Tokens up to here. */
  readonly tokens: number
  /** Of a breakpoint only. */
  readonly ttl: Ttl | undefined
}

const NOTHING: CacheLookup = {
  cacheRead: 0,
  cacheCreation: 0,
  created: { '5m': 0, '1h': 0 },
  keep: () => undefined,
}

/** Prompt caching by `cache_control`: on a tool, a block of the system prompt or of a message, or on the request. */
export function createPromptCache(): PromptCache {
  const entries = createRecentMap<Entry>(PREFIXES_REMEMBERED)
  const isCached = (prefix: Prefix, now: number) => {
    const entry = entries.get(prefix.hash)
    return entry !== undefined && entry.fromMs <= now && now < entry.untilMs
  }
  const put = (hash: string, ttl: Ttl, fromMs: number) => {
    const before = entries.get(hash)
    entries.set(hash, {
      fromMs: Math.min(fromMs, before?.fromMs ?? fromMs),
      untilMs: Math.max(fromMs + TTL_MS[ttl], before?.untilMs ?? 0),
      ttl,
    })
  }
  return {
    look(body, inputTokens, now) {
      if (!mayCache(body)) return NOTHING
      const prefixes = prefixesOf(body, inputTokens)
      const read = longestCached(prefixes, (prefix) => isCached(prefix, now))
      const created: Record<Ttl, number> = { '5m': 0, '1h': 0 }
      const written: Prefix[] = []
      let covered = read?.tokens ?? 0
      for (const prefix of prefixes) {
        if (prefix.ttl === undefined || prefix.tokens < CACHEABLE_TOKENS || prefix.tokens < covered) continue
        created[prefix.ttl] += prefix.tokens - covered
        covered = prefix.tokens
        written.push(prefix)
      }
      return {
        cacheRead: read?.tokens ?? 0,
        cacheCreation: created['5m'] + created['1h'],
        created,
        keep(fromMs) {
          // A read starts the time anew.
          if (read !== undefined) put(read.hash, entries.get(read.hash)?.ttl ?? '5m', fromMs)
          for (const { hash, ttl } of written) if (ttl !== undefined) put(hash, ttl, fromMs)
        },
      }
    },
  }
}

/** Spares a request without `cache_control` the hashing of all its blocks. */
function mayCache(body: MessagesBody): boolean {
  return (
    body.cache_control != null ||
    isMarked(body.tools) ||
    isMarked(body.system) ||
    body.messages.some((message) => isMarked(message.content))
  )
}

function isMarked(blocks: unknown): boolean {
  return Array.isArray(blocks) && blocks.some((block) => block?.cache_control != null)
}

/** Every prefix that ends with a block, shortest first, in the API's order: tools, system prompt, messages. */
function prefixesOf(body: MessagesBody, inputTokens: number): Prefix[] {
  const prefixes: Prefix[] = []
  const format = body.output_config?.format
  let hash = hashOf(body.model, format, body.tool_choice, body.thinking)
  // As inputTokensOf counts: a schema comes first, since a change of it invalidates all that follows.
  let tokens = TOKENS_PER_MESSAGE + (format == null ? 0 : estimateTokens(JSON.stringify(format.schema)))
  const add = (about: readonly unknown[], block: unknown, blockTokens: number) => {
    const { cache_control: control, ...content } = block as Record<string, unknown>
    hash = hashOf(hash, about, content)
    tokens += blockTokens
    prefixes.push({ hash, tokens: Math.min(tokens, inputTokens), ttl: ttlOf(control) })
  }
  for (const tool of body.tools ?? []) add(['tool'], tool, estimateTokens(JSON.stringify(tool)))
  for (const block of blocksOf(body.system ?? [])) add(['system'], block, contentTokens([block]))
  for (const [index, message] of body.messages.entries()) {
    tokens += TOKENS_PER_MESSAGE
    for (const block of blocksOf(message.content)) add([message.role, index], block, contentTokens([block]))
  }
  const last = prefixes.at(-1)
  if (last !== undefined && body.cache_control != null) {
    prefixes[prefixes.length - 1] = { ...last, ttl: last.ttl ?? ttlOf(body.cache_control) }
  }
  return prefixes
}

function blocksOf(content: string | readonly unknown[]): readonly unknown[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content
}

function ttlOf(control: unknown): Ttl | undefined {
  if (control == null) return undefined
  return (control as { ttl?: unknown }).ttl === '1h' ? '1h' : '5m'
}

function longestCached(
  prefixes: readonly Prefix[],
  isCached: (prefix: Prefix) => boolean,
): Prefix | undefined {
  for (let at = prefixes.length - 1; at >= 0; at -= 1) {
    if (prefixes[at]?.ttl === undefined) continue
    for (let back = at; back >= Math.max(0, at - LOOKBACK_BLOCKS + 1); back -= 1) {
      const prefix = prefixes[back]
      if (prefix !== undefined && isCached(prefix)) return prefix
    }
  }
  return undefined
}
