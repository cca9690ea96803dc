import { expect, test } from 'vitest'
import { createTokenBucket } from '../token-bucket.ts'
import { createLimitHeaders } from './headers.ts'

const NO_BUCKETS = {
  requests: undefined,
  tokens: undefined,
  'input-tokens': undefined,
  'output-tokens': undefined,
}

test('the time of a full bucket moves with the clock, without a request', () => {
  const headers = createLimitHeaders({ ...NO_BUCKETS, requests: createTokenBucket(60, 0) })
  const resets = [0, 5_000].map((now) => headers(now)['anthropic-ratelimit-requests-reset'])
  expect(resets).toEqual(['1970-01-01T00:00:00Z', '1970-01-01T00:00:05Z'])
})

test('what remains grows while the time of a full bucket stays the same', () => {
  const requests = createTokenBucket(60, 0)
  const headers = createLimitHeaders({ ...NO_BUCKETS, requests })
  requests.take(60, 0)
  const remaining = [0, 30_000].map((now) => headers(now)['anthropic-ratelimit-requests-remaining'])
  expect(remaining).toEqual(['0', '30'])
})

test('another bucket becomes the most restrictive one while all else stays the same', () => {
  const input = createTokenBucket(100_000, 0)
  const output = createTokenBucket(100_200, 0)
  const headers = createLimitHeaders({ ...NO_BUCKETS, 'input-tokens': input, 'output-tokens': output })
  input.take(100, 100)
  const before = headers(100)
  output.take(400, 100)
  expect([before, headers(100)].map((each) => each['anthropic-ratelimit-tokens-limit'])).toEqual([
    '100000',
    '100200',
  ])
})

test('the same record is given while nothing changes', () => {
  const headers = createLimitHeaders({ ...NO_BUCKETS, tokens: createTokenBucket(1e6, 0) })
  expect(headers(1_100)).toBe(headers(1_200))
})
