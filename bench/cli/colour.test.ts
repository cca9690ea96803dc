import { expect, test } from 'vitest'
import { showsColours } from './colour.ts'

const terminal = { isTTY: true }
const pipe = { isTTY: false }

test.each([
  ['a terminal', terminal, {}, true],
  ['a pipe', pipe, {}, false],
  ['a terminal with NO_COLOR', terminal, { NO_COLOR: '1' }, false],
  ['a terminal with an empty NO_COLOR', terminal, { NO_COLOR: '' }, true],
  ['a terminal in CI', terminal, { CI: 'true' }, false],
  ['a dumb terminal', terminal, { TERM: 'dumb' }, false],
  ['a pipe with FORCE_COLOR', pipe, { FORCE_COLOR: '1' }, true],
  ['a pipe in CI with FORCE_COLOR', pipe, { FORCE_COLOR: '1', CI: 'true' }, true],
  ['a terminal with FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, false],
  ['NO_COLOR against FORCE_COLOR', terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
])('%s', (_, stream, env, colours) => {
  expect(showsColours(stream, env)).toBe(colours)
})
