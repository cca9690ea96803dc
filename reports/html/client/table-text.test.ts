import { expect, test } from 'vitest'
import { toCsv, toMarkdown } from './table-text.ts'

const ROWS = [
  ['mode', 'a | b'],
  ['"x", y', '<script>alert(1)</script>'],
]

test('Markdown keeps a cell in its cell, and shows a tag as text', () => {
  expect(toMarkdown(ROWS)).toBe(
    '| mode | a \\| b |\n|---|---|\n| "x", y | &lt;script>alert(1)&lt;/script> |\n',
  )
})

test('CSV quotes what has quotes or commas', () => {
  expect(toCsv(ROWS)).toBe('mode,a | b\r\n"""x"", y",<script>alert(1)</script>\r\n')
})

test('CSV has no cell that a spreadsheet takes for a formula', () => {
  expect(toCsv([['=1+1', '-2', '@x', '−1.5 s', '=']])).toBe("'=1+1,'-2,'@x,−1.5 s,=\r\n")
})
