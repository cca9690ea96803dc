import { expect, test } from 'vitest'
import { numberList } from './number-list.ts'

test.each([
  ['4', [4]],
  ['1,2,4', [1, 2, 4]],
  ['4, 1,2,1', [1, 2, 4]],
  ['1..4', [1, 2, 3, 4]],
  ['1..3,8', [1, 2, 3, 8]],
])('%s is read, rising and each once', (text, numbers) => {
  expect(numberList()(text)).toEqual(numbers)
})

test.each([
  '',
  '0',
  '-1',
  '1.5',
  'x',
  '1,',
  '4..1',
  '1..',
  '1..2..3',
  '1..9007199254740991',
  '9007199254740993',
])('"%s" is refused in one sentence', (text) => {
  expect(() => numberList()(text)).toThrow(
    'Expected whole numbers from 1, at most 64 of them, as in 1,2,4 or 1..16.',
  )
})

test('what is above the most is refused', () => {
  expect(() => numberList(64)('65')).toThrow('Expected whole numbers from 1 to 64, ')
})
