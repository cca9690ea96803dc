/** Tables sort by a column when its head is pressed: figures downwards first, names upwards. */
import { parseFigure } from '../../format/parse-figure.ts'

export function startTableSort(): void {
  for (const table of document.querySelectorAll<HTMLTableElement>('table[data-sortable]')) {
    ;[...(table.tHead?.rows[0]?.cells ?? [])].forEach((head, column) => {
      const press = document.createElement('button')
      press.type = 'button'
      press.className = 'sort'
      press.append(...head.childNodes)
      press.addEventListener('click', () => sortBy(table, head, column))
      head.append(press)
    })
  }
}

function sortBy(table: HTMLTableElement, head: HTMLTableCellElement, column: number): void {
  const body = table.tBodies[0]
  if (body === undefined) return
  const rows = [...body.rows].map((row) => {
    const text = row.cells[column]?.textContent?.trim() ?? ''
    return { row, text, figure: parseFigure(text) }
  })
  const figures = rows.some(({ figure }) => figure !== null)
  const before = head.getAttribute('aria-sort')
  const rising = before === null ? !figures : before === 'descending'
  const direction = rising ? 1 : -1
  rows.sort((a, b) => {
    if (!figures) return direction * a.text.localeCompare(b.text, 'en', { numeric: true })
    // What is no figure stays below, whichever way the figures go.
    if (a.figure === null || b.figure === null) return Number(a.figure === null) - Number(b.figure === null)
    return direction * (a.figure - b.figure)
  })
  body.append(...rows.map(({ row }) => row))
  for (const other of table.tHead?.rows[0]?.cells ?? []) other.removeAttribute('aria-sort')
  head.setAttribute('aria-sort', rising ? 'ascending' : 'descending')
}
