import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseCutJson } from './cut-json.ts'

test.each([
  ['', {}],
  ['{"a"', {}],
  ['{"a":[1,2', { a: [1] }],
  ['{"a":"x, y","b":{"c":true,"d":fal', { a: 'x, y', b: { c: true } }],
  ['{"a":"\\"{,","b":1', { a: '"{,' }],
])('of %s what is complete is read', (text, expected) => {
  expect(parseCutJson(text)).toEqual(expected)
})

test('any beginning of any object can be read', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(), (value, cut) => {
      const text = JSON.stringify(value)
      expect(() => parseCutJson(text.slice(0, cut % (text.length + 1)))).not.toThrow()
      expect(parseCutJson(text)).toEqual(JSON.parse(text))
    }),
    { numRuns: 300, seed: 1 },
  )
})
