import { expect, test } from 'vitest'
import { plain, wrap } from './text.ts'

test('control and format characters become spaces', () => {
  expect(plain('a\u001b[31mb\r\nc\u202ed')).toBe('a [31mb c d')
})

test('lines are broken at spaces and the later ones indented', () => {
  expect(wrap('- one two three four', 10, 2)).toEqual(['- one two', '  three', '  four'])
})

test('a word longer than the line is cut', () => {
  expect(wrap('see aaaaaaaaaaaaaaa end', 8, 2)).toEqual(['see', '  aaaaaa', '  aaaaaa', '  aaa', '  end'])
})

test('an empty text is one empty line', () => {
  expect(wrap('', 10)).toEqual([''])
})
