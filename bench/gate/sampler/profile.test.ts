import { expect, test } from 'vitest'
import { placeOf } from './profile.ts'

const TREE = '/src/base'

test.each([
  ['of the tree', 'file:///src/base/engine/claude/caller.ts', 'call', 'engine/claude/caller.ts call'],
  ['of a package in the tree', 'file:///src/base/node_modules/pg/a.js', 'q', 'node_modules/pg/a.js q'],
  [
    'of a package that another tree has',
    'file:///src/head/node_modules/pg/a.js',
    'q',
    'node_modules/pg/a.js q',
  ],
  ['of Node', 'node:net', 'connect', 'node:net connect'],
  ['without a name', 'file:///src/base/engine/run.ts', '', 'engine/run.ts (anonymous)'],
  ['without a file', '', '(garbage collector)', '(garbage collector)'],
])('a function %s', (_, url, functionName, place) => {
  expect(placeOf({ url, functionName }, TREE)).toBe(place)
})
