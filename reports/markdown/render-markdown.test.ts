import { expect, test } from 'vitest'
import { fixtureResult, HOSTILE } from '../fixture.test-data.ts'
import { renderMarkdown } from './render-markdown.ts'
import { codeBlock, escapeMarkdown, markdownTable } from './text.ts'

test('every row of every table has the cells of its header', () => {
  const tables = renderMarkdown(fixtureResult())
    .split('\n\n')
    .filter((block) => block.startsWith('|'))
  expect(tables).toHaveLength(13)
  for (const table of tables) {
    const widths = table.split('\n').map((line) => line.split('|').length)
    expect(new Set(widths).size).toBe(1)
  }
})

test('the summary table has one column a mode', () => {
  const markdown = renderMarkdown(fixtureResult())
  expect(markdown).toContain('| mode | sequential | batched | safe | parallel |\n')
  expect(markdown).toMatch(/\| speed-up \| 1\.00x \|.*\| 2\.09x \|\n/)
})

test('a variant has a table beside its mode', () => {
  const markdown = renderMarkdown(fixtureResult())
  expect(markdown).toContain('| mode | parallel | no governor |\n')
  expect(markdown).toContain('| failed items | 0 | 2 |\n')
})

test('HTML and table marks of a title are shown as text', () => {
  const markdown = renderMarkdown(fixtureResult())
  expect(markdown).not.toContain(HOSTILE)
  expect(markdown).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
})

test('marks of Markdown are escaped', () => {
  expect(escapeMarkdown('a|b\n*c* `d` @e')).toBe('a&#124;b &#42;c&#42; &#96;d&#96; &#64;e')
})

test('figures are set to the right, texts to the left', () => {
  expect(markdownTable(['a', 'b'], [['c', '1']], 'right')).toBe('| a | b |\n| --- | ---: |\n| c | 1 |')
})

test('backticks in a command do not end its block', () => {
  expect(codeBlock('echo ```')).toBe('````sh\necho ```\n````')
})
