import { expect, test } from 'vitest'
import { answerText } from './answer-text.ts'

test('a text as long as the one before it is another text', () => {
  const [one, other] = ['One two.', 'abcdefgh'].map((text) => answerText(text).json)
  expect([one, other]).toEqual(['"One two."', '"abcdefgh"'])
})

test('pieces of another size are cut anew', () => {
  const [short, long] = [1, 100].map((size) => answerText('One two three four.').pieces(size).length)
  expect(long).toBeLessThan(short ?? 0)
})
