import type { TokenBucket } from '../token-bucket.ts'
import type { BucketName } from './refusal.ts'

type Buckets = Record<BucketName, TokenBucket | undefined>

/** The `anthropic-ratelimit-…` headers. The buckets of bursts, acceleration and spending are not shown in them. */
export function rateLimitHeaders(buckets: Buckets, now: number): Record<string, string> {
  const headers: Record<string, string> = {}
  write(headers, 'requests', buckets.requests, now)
  write(headers, 'input-tokens', buckets['input-tokens'], now)
  write(headers, 'output-tokens', buckets['output-tokens'], now)
  write(headers, 'tokens', mostRestrictive(buckets, now), now)
  return headers
}

function write(
  headers: Record<string, string>,
  name: BucketName,
  bucket: TokenBucket | undefined,
  now: number,
) {
  if (bucket === undefined) return
  const level = Math.max(0, bucket.level(now))
  const remaining = name === 'requests' ? Math.floor(level + 1e-6) : Math.round(level / 1_000) * 1_000
  const { limit, left, reset } = NAMES[name]
  headers[limit] = String(bucket.perMinute)
  headers[left] = String(remaining)
  headers[reset] = rfc3339(now + bucket.waitMs(bucket.capacity, now))
}

function namesOf(name: BucketName) {
  const start = `anthropic-ratelimit-${name}`
  return { limit: `${start}-limit`, left: `${start}-remaining`, reset: `${start}-reset` }
}

/** Written once: a name that is put together anew for each answer is also looked up anew. */
const NAMES = {
  requests: namesOf('requests'),
  tokens: namesOf('tokens'),
  'input-tokens': namesOf('input-tokens'),
  'output-tokens': namesOf('output-tokens'),
}

/** The bucket of tokens with the least left, and of several the one with the lowest limit. */
function mostRestrictive(buckets: Buckets, now: number): TokenBucket | undefined {
  let found: TokenBucket | undefined
  for (const bucket of [buckets.tokens, buckets['input-tokens'], buckets['output-tokens']]) {
    if (bucket === undefined) continue
    const less = found === undefined ? -1 : bucket.level(now) - found.level(now)
    if (found === undefined || less < 0 || (less === 0 && bucket.perMinute < found.perMinute)) found = bucket
  }
  return found
}

/** The last one written: most buckets are full again within the same second. */
let latest = { second: Number.NaN, text: '' }

/** Whole seconds, as the API writes them; rounded up, so that the time is never too early. */
function rfc3339(ms: number): string {
  const second = Math.ceil(ms / 1_000)
  if (second !== latest.second) {
    latest = { second, text: new Date(second * 1_000).toISOString().replace('.000Z', 'Z') }
  }
  return latest.text
}
