import { expect, test } from 'vitest'
import { terminalOptions } from './result-renderers.ts'

test.each([
  ['a terminal', 132, 132],
  ['a file', undefined, 80],
  ['a terminal that does not know its width', 0, 80],
  ['a terminal too narrow for any table', 3, 40],
])('%s of %s columns is written to as one of %d', (_, columns, expected) => {
  expect(terminalOptions(columns === undefined ? {} : { columns }, {}).columns).toBe(expected)
})
