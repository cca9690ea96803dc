import type { TokenBucket } from '../token-bucket.ts'
import type { BucketName } from './refusal.ts'

type Buckets = Record<BucketName, TokenBucket | undefined>

/**
 * Tells the `anthropic-ratelimit-…` headers. The buckets of bursts, acceleration and spending are not shown
 * in them. While none of them changes, which a large limit does seldom, the same record is given again.
 */
export function createLimitHeaders(buckets: Buckets): (now: number) => HeaderRecord {
  let latest = { shown: [] as readonly Shown[], headers: {} as HeaderRecord }
  return (now) => {
    const shown = [
      shownOf('requests', buckets.requests, now),
      shownOf('input-tokens', buckets['input-tokens'], now),
      shownOf('output-tokens', buckets['output-tokens'], now),
      shownOf('tokens', mostRestrictive(buckets, now), now),
    ]
    if (!isSame(shown, latest.shown)) latest = { shown, headers: headersOf(shown) }
    return latest.headers
  }
}

type HeaderRecord = Readonly<Record<string, string>>

/** What the headers say of a bucket. */
interface Shown {
  readonly name: BucketName
  /** Undefined where there is no such limit. */
  readonly perMinute: number | undefined
  readonly remaining: number
  /** Seconds since 1970, rounded up, so that the time is never too early. */
  readonly resetSecond: number
}

function shownOf(name: BucketName, bucket: TokenBucket | undefined, now: number): Shown {
  if (bucket === undefined) return { name, perMinute: undefined, remaining: 0, resetSecond: 0 }
  const level = Math.max(0, bucket.level(now))
  return {
    name,
    perMinute: bucket.perMinute,
    remaining: name === 'requests' ? Math.floor(level + 1e-6) : Math.round(level / 1_000) * 1_000,
    resetSecond: Math.ceil((now + bucket.waitMs(bucket.capacity, now)) / 1_000),
  }
}

function isSame(shown: readonly Shown[], before: readonly Shown[]): boolean {
  if (before.length !== shown.length) return false
  for (let i = 0; i < shown.length; i += 1) {
    const [one, other] = [shown[i], before[i]]
    if (one?.remaining !== other?.remaining || one?.resetSecond !== other?.resetSecond) return false
    if (one?.perMinute !== other?.perMinute) return false
  }
  return true
}

function headersOf(shown: readonly Shown[]): HeaderRecord {
  const headers: Record<string, string> = {}
  for (const { name, perMinute, remaining, resetSecond } of shown) {
    if (perMinute === undefined) continue
    const { limit, left, reset } = NAMES[name]
    headers[limit] = String(perMinute)
    headers[left] = String(remaining)
    headers[reset] = rfc3339(resetSecond)
  }
  return headers
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

/** As the API writes a time: whole seconds. */
function rfc3339(second: number): string {
  if (second !== latest.second) {
    latest = { second, text: new Date(second * 1_000).toISOString().replace('.000Z', 'Z') }
  }
  return latest.text
}
