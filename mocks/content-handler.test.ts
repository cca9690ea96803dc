import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { ContentAnswer } from './index.ts'
import { asking, clientOf, post } from './test-support.ts'

const text = { type: 'text', text: 'Hello.' }

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['a promise', Promise.resolve({ content: [text], stopReason: 'end_turn' })],
  ['a text', 'Hello.'],
  ['blocks that are no list', { content: text, stopReason: 'end_turn' }],
  ['a block without text', { content: [{ type: 'text' }], stopReason: 'end_turn' }],
  ['a tool without input', { content: [{ type: 'tool_use', name: 'add' }], stopReason: 'tool_use' }],
  [
    'input that is no JSON',
    { content: [{ type: 'tool_use', name: 'add', input: { n: 1n } }], stopReason: 'end_turn' },
  ],
  ['an unknown stop reason', { content: [text], stopReason: 'done' }],
])('a content handler that returns %s has an error answer', async (_, returned) => {
  const { clock, mock } = clientOf({ content: () => returned as ContentAnswer })
  const call = mock.fetch('https://api.anthropic.com/v1/messages', post(asking('Hi')))
  const response = await clock.run(call)
  expect(response.status).toBe(500)
  expect((await response.json()).error).toMatchObject({
    type: 'api_error',
    message: expect.stringMatching(/^The content handler /),
  })
})

test('a RangeError of a content handler is its own, and not the request that is nested too deeply', async () => {
  const content = () => {
    throw new RangeError('Invalid array length')
  }
  const { clock, mock } = clientOf({ content })
  const response = await clock.run(mock.fetch('https://api.anthropic.com/v1/messages', post(asking('Hi'))))
  const { error } = await response.json()
  expect([response.status, error.message]).toEqual([500, 'The content handler threw: Invalid array length'])
})

test('the rejection of an asynchronous content handler does not end the process', async () => {
  const unhandled: unknown[] = []
  const listen = (reason: unknown) => unhandled.push(reason)
  process.on('unhandledRejection', listen)
  const content = () => Promise.reject(new Error('broken')) as unknown as ContentAnswer
  const { clock, mock } = clientOf({ content })
  await clock.run(mock.fetch('https://api.anthropic.com/v1/messages', post(asking('Hi'))))
  await setImmediate()
  process.off('unhandledRejection', listen)
  expect(unhandled).toEqual([])
})
