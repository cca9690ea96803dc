/** Text of a result as GitHub-flavoured Markdown that shows it as it is, on one line, also within a table. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_[\]|~#@]/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** A table whose first column is text and whose others are figures; cells are escaped. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  align: 'left' | 'right',
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = header.map((_, index) => (index === 0 || align === 'left' ? '---' : '---:'))
  return [header.map(escapeMarkdown), rule, ...rows.map((row) => row.map(escapeMarkdown))]
    .map(line)
    .join('\n')
}

/** A code block whose fence is longer than any run of backticks in it. */
export function codeBlock(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map((match) => match[0].length))
  const fence = '`'.repeat(Math.max(3, longest + 1))
  return `${fence}sh\n${text}\n${fence}`
}
