/** Tables as text: what the copy actions give. */

/** The cells of a table as the reader sees them, its header first. */
export function cellsOf(table: HTMLTableElement): string[][] {
  return [...table.rows].map((row) =>
    [...row.cells].map((cell) => (cell.textContent ?? '').replace(/\s+/g, ' ').trim()),
  )
}

export function toMarkdown(rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(' | ')} |`
  const [header = [], ...others] = rows
  return `${[line(header), `|${header.map(() => '---|').join('')}`, ...others.map(line)].join('\n')}\n`
}

/** As RFC 4180 has it, with what a spreadsheet would take for a formula made plain text. */
export function toCsv(rows: readonly (readonly string[])[]): string {
  return `${rows.map((cells) => cells.map(escapeCsv).join(',')).join('\r\n')}\r\n`
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\|]/g, '\\$&').replace(/</g, '&lt;')
}

function escapeCsv(text: string): string {
  const plain = /^[=+@-]./s.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}
