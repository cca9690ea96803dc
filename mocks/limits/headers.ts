import type { TokenBucket } from '../token-bucket.ts'
import type { BucketName } from './refusal.ts'

/** The `anthropic-ratelimit-…` headers. The buckets of bursts, acceleration and spending are not shown in them. */
export function rateLimitHeaders(
  buckets: Record<BucketName, TokenBucket | undefined>,
  now: number,
): Record<string, string> {
  const headers: Record<string, string> = {}
  const write = (name: BucketName, bucket: TokenBucket) => {
    const level = Math.max(0, bucket.level(now))
    const remaining = name === 'requests' ? Math.floor(level + 1e-6) : Math.round(level / 1_000) * 1_000
    headers[`anthropic-ratelimit-${name}-limit`] = String(bucket.perMinute)
    headers[`anthropic-ratelimit-${name}-remaining`] = String(remaining)
    headers[`anthropic-ratelimit-${name}-reset`] = rfc3339(now + bucket.waitMs(bucket.capacity, now))
  }
  if (buckets.requests) write('requests', buckets.requests)
  if (buckets['input-tokens']) write('input-tokens', buckets['input-tokens'])
  if (buckets['output-tokens']) write('output-tokens', buckets['output-tokens'])
  const mostRestrictive = [buckets.tokens, buckets['input-tokens'], buckets['output-tokens']]
    .filter((bucket) => bucket !== undefined)
    .sort((a, b) => a.level(now) - b.level(now) || a.perMinute - b.perMinute)[0]
  if (mostRestrictive) write('tokens', mostRestrictive)
  return headers
}

/** Whole seconds, as the API writes them; rounded up, so that the time is never too early. */
function rfc3339(ms: number): string {
  return new Date(Math.ceil(ms / 1_000) * 1_000).toISOString().replace('.000Z', 'Z')
}
