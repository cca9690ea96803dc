import { expect, test } from 'vitest'
import { createClaudeMock } from './claude-mock.ts'
import { createJournal, type JournalEnd } from './journal.ts'
import { FAST, post, START, testClock } from './test-support.ts'

const MESSAGES = 'https://api.anthropic.com/v1/messages'
const rateLimited = (retryAfterSeconds?: number): Partial<JournalEnd> => ({
  status: 429,
  reason: 'rate-limit:requests',
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
})
const refused = (status: number): Partial<JournalEnd> => ({ status, reason: `check:invalid_request_error` })

/** A journal, and a client that takes 10 ms for each attempt. */
function journalOf(entryLimit = 1_000, bodyBytes = 1e9) {
  const journal = createJournal({ bodies: 10, bodyBytes, entries: entryLimit }, () => [])
  const open = (content: string, atMs: number, { method = 'POST', key = 'k1' } = {}) => {
    const start = { startMs: START + atMs, requestHash: content, attempt: 1, inputTokens: 7 }
    const request = {
      method,
      path: '/v1/messages',
      headers: new Headers(key === '' ? {} : { 'x-api-key': key }),
    }
    return journal.open(start, content, request)
  }
  const attempt = (content: string, atMs: number, end: Partial<JournalEnd> = {}, from = {}) =>
    open(
      content,
      atMs,
      from,
    )({
      state: 'ended',
      endMs: START + atMs + 10,
      status: 200,
      outputTokens: 0,
      ...end,
    } as JournalEnd)
  return { journal, open, attempt }
}

test('totals count every attempt, also those whose entries are gone', () => {
  const { journal, attempt } = journalOf(100)
  for (let i = 0; i < 1_050; i += 1) attempt(`content ${i}`, i, { outputTokens: 3 })
  attempt('refused', 2_000, refused(400))
  expect(journal.totals).toMatchObject({
    attempts: 1_051,
    calls: 1_051,
    byStatus: { 200: 1_050, 400: 1 },
    byReason: { 'check:invalid_request_error': 1 },
    inputTokens: 7 * 1_050,
    outputTokens: 3 * 1_050,
  })
  expect(journal.entries.map((entry) => entry.n)).toEqual(Array.from({ length: 100 }, (_, i) => 952 + i))
  expect(journal.cut).toBe(true)
})

test('bodies are kept up to a number of bytes, the last ones', () => {
  const { journal, attempt } = journalOf(100, 50)
  for (const [i, content] of ['a', 'b', 'c', 'd'].entries()) attempt(content.repeat(10), i)
  expect(journal.requests).toEqual([
    { n: 3, body: 'cccccccccc' },
    { n: 4, body: 'dddddddddd' },
  ])
  attempt('e'.repeat(26), 9)
  expect(journal.requests).toEqual([])
})

test('up to the limit the entries are complete and the journal says so', () => {
  const { journal, attempt } = journalOf(100)
  for (let i = 0; i < 100; i += 1) attempt(`content ${i}`, i)
  expect(journal.entries).toHaveLength(100)
  expect(journal.cut).toBe(false)
})

test('an attempt that ends after its entry is gone is still counted', () => {
  const { journal, open, attempt } = journalOf(5)
  const end = open('slow', 0)
  for (let i = 0; i < 20; i += 1) attempt(`content ${i}`, i)
  end({ state: 'ended', endMs: START + 99, status: 200, outputTokens: 50 })
  expect(journal.totals).toMatchObject({ outputTokens: 50, peakConcurrency: 2, byStatus: { 200: 21 } })
  expect(journal.entries.every((entry) => entry.requestHash !== 'slow')).toBe(true)
})

test('keys are told apart and are in no entry', () => {
  const { journal, attempt } = journalOf()
  attempt('a', 0, {}, { key: 'sk-ant-secret-1' })
  attempt('b', 1, {}, { key: 'sk-ant-secret-2' })
  attempt('c', 2, {}, { key: '' })
  const keys = journal.entries.map((entry) => entry.key)
  expect(new Set(keys).size).toBe(3)
  expect(JSON.stringify(journal.entries)).not.toContain('secret')
})

test('a client without a fault has a verdict without findings', () => {
  const { journal, attempt } = journalOf()
  attempt('a', 0, rateLimited(2))
  attempt('b', 5)
  attempt('a', 2_010)
  const verdict = journal.verdict()
  expect(verdict).toMatchObject({ attempts: 3, calls: 2, attemptsPerCall: 1.5, findings: [] })
  expect(verdict.retryAfter).toMatchObject({ given: 1, obeyed: 1, ignored: 0 })
})

test('an attempt before the retry-after of its content has passed has ignored it', () => {
  const { journal, attempt } = journalOf()
  attempt('a', 0, rateLimited(2))
  attempt('a', 1_990, rateLimited(5))
  attempt('a', 7_000)
  const { retryAfter, findings } = journal.verdict()
  expect(retryAfter).toMatchObject({ given: 2, obeyed: 1, ignored: 1 })
  expect(retryAfter.examples).toEqual([{ n: 2, startMs: START + 1_990, requestHash: 'a' }])
  expect(journal.entries.map((entry) => entry.wait)).toEqual([undefined, 'ignored', 'obeyed'])
  expect(findings).toEqual(['1 attempt came before the retry-after that had been given for it.'])
})

test('a retry-after says nothing of another content', () => {
  const { journal, attempt } = journalOf()
  attempt('a', 0, rateLimited(60))
  attempt('b', 20)
  expect(journal.verdict().retryAfter).toMatchObject({ obeyed: 0, ignored: 0 })
})

test.each([
  ['400', refused(400)],
  ['413', refused(413)],
  ['401', refused(401)],
  ['the spend cap', { status: 429, reason: 'rate-limit:spend' } as const],
  ['an injected spend cap', { status: 429, reason: 'fault:429:enforced_spend_limit_reached' } as const],
])('a retry after %s is in vain', (_, end) => {
  const { journal, attempt } = journalOf()
  attempt('a', 0, end)
  attempt('a', 3_000, end)
  const { retriedInVain, findings } = journal.verdict()
  expect(retriedInVain).toMatchObject({ count: 1, examples: [{ n: 2 }] })
  expect(findings).toEqual(['1 attempt repeated a request whose error no retry cures.'])
})

test.each([408, 409, 429, 500, 529])('a retry after %d is not in vain', (status) => {
  const { journal, attempt } = journalOf()
  attempt('a', 0, refused(status))
  attempt('a', 3_000)
  expect(journal.verdict()).toMatchObject({ attempts: 2, calls: 1, retriedInVain: { count: 0 } })
})

test('a retry with another key after 401 is not in vain', () => {
  const { journal, attempt } = journalOf()
  attempt('a', 0, refused(401), { key: 'wrong' })
  attempt('a', 100, {}, { key: 'right' })
  expect(journal.verdict().retriedInVain.count).toBe(0)
})

test('ten retries in the second after a 429 are a storm', () => {
  const storm = (retries: number) => {
    const { journal, attempt } = journalOf()
    for (let i = 0; i < retries; i += 1) attempt(`c${i}`, i, rateLimited())
    // The first 429 went out at 10 ms.
    for (let i = 0; i < retries; i += 1) attempt(`c${i}`, 900 + i)
    return journal.verdict()
  }
  expect(storm(9).retryStorms).toEqual({ count: 0, peakRetriesInASecond: 9 })
  expect(storm(10).retryStorms).toEqual({ count: 1, peakRetriesInASecond: 10 })
  expect(storm(10).findings).toEqual(['1 retry storm: up to 10 retries in the second after a 429.'])
})

test('retries that wait as told, and first attempts, are no storm', () => {
  const { journal, attempt } = journalOf()
  // For two seconds a refusal every 50 ms, and from the second second on the retries of those before it.
  for (let at = 0; at < 2_000; at += 50) {
    if (at >= 1_050) attempt(`c${at - 1_050}`, at - 1)
    attempt(`c${at}`, at, rateLimited(1))
    attempt(`new ${at}`, at + 1)
  }
  expect(journal.verdict().retryAfter.obeyed).toBe(19)
  expect(journal.verdict().retryStorms.count).toBe(0)
})

test('the same content twice at once is two calls, and its retries belong to them', () => {
  const { journal, open } = journalOf()
  const ends = [open('a', 0), open('a', 1)]
  for (const end of ends) end({ state: 'ended', endMs: START + 10, status: 529, outputTokens: 0 })
  for (const at of [2_000, 3_000])
    open('a', at)({ state: 'ended', endMs: START + at, status: 200, outputTokens: 0 })
  expect(journal.verdict()).toMatchObject({ attempts: 4, calls: 2, repeats: 0 })
})

test('a client that asks again for what was answered is told so, unless it polls', () => {
  const { journal, attempt } = journalOf()
  for (const at of [0, 100]) attempt('a', at)
  for (const at of [200, 300]) attempt('status', at, {}, { method: 'GET' })
  expect(journal.verdict()).toMatchObject({ attempts: 4, calls: 4, repeats: 1 })
})

test('an attempt that a client gave up may be retried', () => {
  const { journal, open, attempt } = journalOf()
  open('a', 0)({ state: 'aborted', endMs: START + 50 })
  attempt('a', 60)
  expect(journal.verdict()).toMatchObject({ attempts: 2, calls: 1, findings: [] })
})

test('the verdict of a mock has the use of each limit, by model class', async () => {
  const clock = testClock()
  const limits = { requestsPerMinute: 10, concurrentRequests: 4 }
  const mock = createClaudeMock({ clock, seed: 1, latency: FAST, limits })
  const ask = (content: string) =>
    mock.fetch(
      MESSAGES,
      post({ model: 'claude-sonnet-5', max_tokens: 9, messages: [{ role: 'user', content }] }),
    )
  await clock.run(Promise.all(['one', 'two', 'three'].map(ask)))
  await clock.advance(60_000)
  const [concurrency, requests] = mock.journal.verdict().limits
  expect(concurrency).toMatchObject({ limit: 'concurrency', used: 3, available: 4, share: 0.75 })
  expect(requests).toMatchObject({ modelClass: 'claude-sonnet-5', limit: 'requests', used: 3 })
  expect(requests?.share).toBeCloseTo(3 / 20, 3)
})

test('the retry-after of a refusal is in the journal, and the client that waits for it is seen to obey', async () => {
  const clock = testClock()
  const mock = createClaudeMock({ clock, seed: 1, latency: FAST, limits: { requestsPerMinute: 1 } })
  const body = { model: 'claude-sonnet-5', max_tokens: 9, messages: [{ role: 'user', content: 'one' }] }
  const send = () => clock.run(mock.fetch(MESSAGES, post(body)))
  await send()
  const seconds = Number((await send()).headers.get('retry-after'))
  expect(mock.journal.entries[1]).toMatchObject({ status: 429, retryAfterSeconds: seconds })
  await clock.advance(seconds * 1_000)
  expect((await send()).status).toBe(200)
  expect(mock.journal.entries[2]).toMatchObject({ wait: 'obeyed' })
})
