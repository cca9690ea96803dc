import { BUCKETS, type BucketName } from './rate-limit-state.ts'

/** What the headers of one answer say of one bucket. */
export interface SeenLimit {
  readonly name: BucketName
  readonly perMinute: number
  readonly remaining: number
}

/** What the headers of an answer say of the key's buckets; those that they don't speak of are left out. */
export function readLimits(headers: Headers): SeenLimit[] {
  // Where input and output have buckets of their own, `tokens` only repeats the tighter of the two.
  const separate = headers.has('anthropic-ratelimit-input-tokens-limit')
  return BUCKETS.filter((name) => name !== 'tokens' || !separate)
    .map((name) => ({
      name,
      perMinute: Number(headers.get(`anthropic-ratelimit-${name}-limit`) ?? Number.NaN),
      remaining: Number(headers.get(`anthropic-ratelimit-${name}-remaining`) ?? Number.NaN),
    }))
    .filter(({ perMinute, remaining }) => perMinute > 0 && Number.isFinite(perMinute + remaining))
}
