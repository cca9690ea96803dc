import Anthropic from '@anthropic-ai/sdk'
import { expect, test } from 'vitest'
import { backoffMs, classify } from './retry.ts'

function apiError(status: number, headers: Record<string, string> = {}, code?: string): unknown {
  const details = code === undefined ? {} : { details: { error_code: code } }
  const body = { type: 'error', error: { type: 'rate_limit_error', message: 'no', ...details } }
  return Anthropic.APIError.generate(status, body, 'no', new Headers(headers))
}

test.each([408, 409, 429, 500, 502, 504, 529])('status %d is retried', (status) => {
  expect(classify(apiError(status), NOW)).toMatchObject({ status, retryable: true })
})

test.each([400, 401, 403, 404, 413, 422])('status %d is not retried', (status) => {
  expect(classify(apiError(status), NOW)).toMatchObject({ status, retryable: false })
})

const NOW = Date.UTC(2026, 0, 1)

test('a spend cap is a 429 that is never retried', () => {
  const failure = classify(apiError(429, {}, 'enforced_spend_limit_reached'), NOW)
  expect(failure).toMatchObject({ status: 429, retryable: false, rateLimited: false })
})

test('retry-after-ms wins over retry-after, and fractions count', () => {
  expect(classify(apiError(429, { 'retry-after': '7' }), NOW).retryAfterMs).toBe(7_000)
  expect(classify(apiError(429, { 'retry-after': '1.5' }), NOW).retryAfterMs).toBe(1_500)
  expect(classify(apiError(429, { 'retry-after': '7', 'retry-after-ms': '250' }), NOW).retryAfterMs).toBe(250)
  expect(classify(apiError(429), NOW).retryAfterMs).toBeUndefined()
  const date = new Date(NOW + 9_000).toUTCString()
  expect(classify(apiError(429, { 'retry-after': date }), NOW).retryAfterMs).toBe(9_000)
  expect(classify(apiError(429, { 'retry-after': '-5' }), NOW).retryAfterMs).toBe(0)
  expect(classify(apiError(429, { 'retry-after': 'soon' }), NOW).retryAfterMs).toBeUndefined()
})

test('a lost connection and an answer that cannot be read are retried, a mistake in the code is not', () => {
  expect(classify(new Anthropic.APIConnectionError({ message: 'reset' }), NOW).retryable).toBe(true)
  expect(classify(new Anthropic.AnthropicError('could not parse'), NOW).retryable).toBe(true)
  expect(classify(new SyntaxError('Unexpected end of JSON input'), NOW).retryable).toBe(true)
  expect(classify(new TypeError('x is not a function'), NOW).retryable).toBe(false)
})

test('backoff doubles up to its cap, with full jitter', () => {
  expect([0, 1, 2, 3].map((retry) => backoffMs(retry, undefined, 0.5))).toEqual([500, 1_000, 2_000, 4_000])
  expect(backoffMs(10, undefined, 1)).toBe(30_000)
  expect(backoffMs(3, undefined, 0)).toBe(0)
})

test('backoff is never shorter than retry-after', () => {
  expect(backoffMs(0, 12_000, 0.1)).toBe(12_000)
})
