import fc from 'fast-check'
import { expect, test } from 'vitest'
import { messagesBody } from './body-schemas.ts'
import { plainBody } from './plain-body.ts'

const MESSAGE = { role: 'user', content: 'Hi' }
const BODY = { model: 'claude-sonnet-5', max_tokens: 10, messages: [MESSAGE] }

test('a request of text is taken without the schema', () => {
  expect(plainBody({ ...BODY, system: 'Be brief.', stream: true })).toEqual({
    ...BODY,
    system: 'Be brief.',
    stream: true,
  })
})

test.each([
  ['another field', { ...BODY, temperature: 1 }],
  ['a field that does not exist', { ...BODY, max_token: 1 }],
  ['blocks', { ...BODY, messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }] }],
  ['another field of a message', { ...BODY, messages: [{ ...MESSAGE, name: 'x' }] }],
  ['a wrong type', { ...BODY, max_tokens: '10' }],
  ['a list', [BODY]],
])('%s is left to the schema', (_name, body) => {
  expect(plainBody(body)).toBeUndefined()
})

test('what is taken without the schema is what the schema gives, to the order of the keys', () => {
  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom('user', 'assistant', 0, 1, -1, 1.5, 2 ** 53, true),
  )
  const mostly = <T>(likely: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 12, arbitrary: likely }, { weight: 1, arbitrary: anything })
  const name = fc.constantFrom('temperature', 'tools', 'name', '__proto__', 'role')
  const message = fc
    .tuple(mostly(fc.constantFrom('user', 'assistant', 'system')), mostly(fc.string()), fc.boolean())
    .map(([role, content, turned]) => (turned ? { content, role } : { role, content }))
  const fields = fc.record(
    {
      stream: mostly(fc.boolean()),
      max_tokens: mostly(fc.integer({ min: 1 })),
      system: mostly(fc.string()),
      model: mostly(fc.constant('claude-sonnet-5')),
      messages: mostly(fc.array(mostly(message), { maxLength: 3 })),
    },
    { requiredKeys: ['model', 'max_tokens', 'messages'] },
  )
  const more = fc.oneof(
    { weight: 8, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.dictionary(name, anything, { maxKeys: 1 }) },
  )
  let taken = 0
  fc.assert(
    fc.property(fields, more, (body, other) => {
      const json: unknown = JSON.parse(JSON.stringify({ ...body, ...other }))
      const plain = plainBody(json)
      if (plain === undefined) return
      taken += 1
      expect(JSON.stringify(plain)).toBe(JSON.stringify(messagesBody.parse(json)))
    }),
    { numRuns: 2_000, seed: 1 },
  )
  expect(taken).toBeGreaterThan(500)
})
