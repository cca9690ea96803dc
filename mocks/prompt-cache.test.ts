import { expect, test } from 'vitest'
import { createClaudeMock } from './claude-mock.ts'
import { FAST, post, testClock } from './test-support.ts'

const CACHE = { cache_control: { type: 'ephemeral' } }
const words = (count: number) =>
  Array.from({ length: count }, (_, index) => `w${index % 7}`.slice(0, 1)).join(' ')
const text = (tokens: number, more: object = {}) => ({ type: 'text', text: words(tokens), ...more })
const MODEL = { model: 'claude-sonnet-5', max_tokens: 20 }
const asks = (question: string) => [{ role: 'user', content: question }]
const WITH_SYSTEM = { ...MODEL, system: [text(1_500, CACHE)], messages: asks('one') }

function mockWith(limits = {}) {
  const clock = testClock()
  const mock = createClaudeMock({ clock, seed: 1, latency: FAST, limits })
  const start = (body: object) => mock.fetch('https://api.anthropic.com/v1/messages', post(body))
  const send = (body: object) => clock.run(start(body))
  const usage = async (body: object) => {
    const { input_tokens, cache_creation_input_tokens, cache_read_input_tokens } = (
      await (await send(body)).json()
    ).usage
    return [input_tokens, cache_creation_input_tokens, cache_read_input_tokens]
  }
  return { clock, start, send, usage }
}

test('a prefix up to cache_control is written the first time and read the next', async () => {
  const { usage } = mockWith()
  const [, written] = await usage(WITH_SYSTEM)
  expect(written).toBeGreaterThanOrEqual(1_500)
  expect(written).toBeLessThan(1_510)
  const [uncached, again, read] = await usage({ ...WITH_SYSTEM, messages: asks('two') })
  expect([again, read]).toEqual([0, written])
  expect(uncached).toBeLessThan(10)
})

test('the parts of the usage add up to the input without a cache', async () => {
  const plain = { ...WITH_SYSTEM, system: [text(1_500)] }
  const sum = (parts: readonly number[]) => parts.reduce((all, part) => all + part, 0)
  const { usage } = mockWith()
  expect(await usage(plain)).toEqual([sum(await usage(WITH_SYSTEM)), 0, 0])
  expect(sum(await usage(WITH_SYSTEM))).toBe(sum(await usage(plain)))
})

test('a prefix below 1,024 tokens is not cached', async () => {
  const { usage } = mockWith()
  const short = { ...WITH_SYSTEM, system: [text(1_000, CACHE)] }
  await usage(short)
  expect((await usage(short)).slice(1)).toEqual([0, 0])
})

test('an entry lives for five minutes from its last use', async () => {
  const { clock, usage } = mockWith()
  await usage(WITH_SYSTEM)
  await clock.advance(299_000)
  expect((await usage(WITH_SYSTEM))[2]).toBeGreaterThan(0)
  await clock.advance(299_000)
  expect((await usage(WITH_SYSTEM))[2]).toBeGreaterThan(0)
  await clock.advance(300_000)
  expect((await usage(WITH_SYSTEM))[2]).toBe(0)
})

test('a read of an earlier prefix makes that last longer too', async () => {
  const { clock, usage } = mockWith()
  const first = { ...MODEL, messages: [{ role: 'user', content: [text(1_200, CACHE)] }] }
  const answered = [
    { role: 'user', content: [text(1_200)] },
    { role: 'assistant', content: 'Yes.' },
  ]
  await usage(first)
  await clock.advance(240_000)
  await usage({ ...MODEL, messages: [...answered, { role: 'user', content: [text(300, CACHE)] }] })
  await clock.advance(240_000)
  expect((await usage(first))[2]).toBeGreaterThan(1_200)
})

test('an entry with a ttl of an hour lives that long and is accounted for as such', async () => {
  const { clock, send, usage } = mockWith()
  const hour = { ...WITH_SYSTEM, system: [text(1_500, { cache_control: { type: 'ephemeral', ttl: '1h' } })] }
  const first = (await (await send(hour)).json()).usage
  expect(first.cache_creation).toEqual({
    ephemeral_5m_input_tokens: 0,
    ephemeral_1h_input_tokens: first.cache_creation_input_tokens,
  })
  await clock.advance(3_500_000)
  expect((await usage(hour))[2]).toBe(first.cache_creation_input_tokens)
})

test('another model, another prefix and a request that comes before the first answer read nothing', async () => {
  const { clock, start, usage } = mockWith()
  const both = await clock.run(
    Promise.all([start(WITH_SYSTEM), start({ ...WITH_SYSTEM, messages: asks('2') })]),
  )
  for (const response of both) expect((await response.json()).usage.cache_read_input_tokens).toBe(0)
  expect((await usage({ ...WITH_SYSTEM, model: 'claude-opus-5' }))[2]).toBe(0)
  expect((await usage({ ...WITH_SYSTEM, system: [text(1_501, CACHE)] }))[2]).toBe(0)
})

test('a conversation whose breakpoint moves on reads what it wrote before and writes the rest', async () => {
  const { usage } = mockWith()
  const first = { role: 'user', content: [text(1_200, CACHE)] }
  const [, written] = await usage({ ...MODEL, messages: [first] })
  const longer = [
    { role: 'user', content: [text(1_200)] },
    { role: 'assistant', content: 'Yes.' },
    { role: 'user', content: [text(300, CACHE)] },
  ]
  const [, more, read] = await usage({ ...MODEL, messages: longer })
  expect(read).toBe(written)
  expect(more).toBeGreaterThan(300)
  expect(more).toBeLessThan(320)
})

test('cache_control on the request puts the breakpoint on its last block', async () => {
  const { usage } = mockWith()
  const automatic = { ...MODEL, ...CACHE, messages: asks(words(1_300)) }
  const [uncached, written] = await usage(automatic)
  expect(uncached).toBe(0)
  expect(await usage(automatic)).toEqual([0, 0, written])
})

test('the input bucket is charged for what is written and not for what is read', async () => {
  const { send } = mockWith({ inputTokensPerMinute: 1_600 })
  const statuses = []
  for (const question of ['one', 'two', 'three', 'four']) {
    statuses.push((await send({ ...WITH_SYSTEM, messages: asks(question) })).status)
  }
  expect(statuses).toEqual([200, 200, 200, 200])
  expect((await send({ ...WITH_SYSTEM, system: [text(1_500)] })).status).toBe(429)
})
