import { expect, test } from 'vitest'
import { fixtureResult, HOSTILE } from '../fixture.test-data.ts'
import { renderMarkdown } from './render-markdown.ts'
import { codeBlock, escapeMarkdown, markdownTable } from './text.ts'

test('every row of every table has the cells of its header', () => {
  const tables = renderMarkdown(fixtureResult())
    .split('\n\n')
    .filter((block) => block.startsWith('|'))
  expect(tables).toHaveLength(4)
  for (const table of tables) {
    const widths = table.split('\n').map((line) => line.split('|').length)
    expect(new Set(widths).size).toBe(1)
  }
})

test('the summary table has one row a mode', () => {
  expect(renderMarkdown(fixtureResult())).toMatch(/\| parallel \| 2 min 52\.3 s \| 2\.09x \|/)
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
