import Table from 'cli-table3'
import type { FigureTable } from '../analysis/figure-table.ts'
import type { Colours } from './colours.ts'
import { plain, wrap } from './text.ts'

const GAP = 2

/** Cells in columns; the first row and the first column stand out, the other columns are set to the right. */
export function drawTable(cells: readonly (readonly string[])[], colours: Colours): readonly string[] {
  const table = new Table({
    chars: NO_BORDERS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP, compact: true },
    colAligns: (cells[0] ?? []).map((_, index) => (index === 0 ? 'left' : 'right')),
  })
  cells.forEach((row, rowIndex) => {
    table.push(row.map((cell, column) => (rowIndex === 0 || column === 0 ? colours.bold(cell) : cell)))
  })
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
}

/** How wide the cells are side by side, characters. */
export function widthOf(cells: readonly (readonly string[])[]): number {
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.flatMap((row) => (row[column] ?? '').split('\n').map(({ length }) => length))),
  )
  return widths.reduce((sum, width) => sum + width + GAP, 0)
}

/**
 * A table without as many of its optional columns as there is no room for; then cut into several, in which a
 * text that is too long for a line of its own is broken into several.
 */
export function fitTable(
  { header, rows, optional }: Pick<FigureTable, 'header' | 'rows' | 'optional'>,
  columns: number,
  colours: Colours,
): readonly string[] {
  const cells = [header, ...rows].map((row) => row.map(plain))
  for (let dropped = 0; dropped <= optional.length; dropped++) {
    const gone = new Set(optional.slice(0, dropped))
    const kept = cells.map((row) => row.filter((_, column) => !gone.has(column)))
    if (widthOf(kept) <= columns) return drawTable(kept, colours)
    if (dropped === optional.length) {
      const room = columns - widthOf(kept.map((row) => row.slice(0, 1))) - GAP
      const broken = kept.map((row) => row.map((cell, at) => (at === 0 ? cell : wrap(cell, room).join('\n'))))
      return splitTable(broken, columns).flatMap((part, index) => [
        ...(index > 0 ? [''] : []),
        ...drawTable(part, colours),
      ])
    }
  }
  return []
}

/** Tables one below the other, each with the first column, where the columns do not fit side by side. */
export function splitTable(cells: readonly (readonly string[])[], columns: number): readonly string[][][] {
  const [labels = [], ...others] = transpose(cells)
  const parts: string[][][] = []
  let columnsOfPart = [labels]
  for (const column of others) {
    if (columnsOfPart.length > 1 && widthOf(transpose([...columnsOfPart, column])) > columns) {
      parts.push(transpose(columnsOfPart))
      columnsOfPart = [labels]
    }
    columnsOfPart.push(column)
  }
  return [...parts, transpose(columnsOfPart)]
}

export function transpose(cells: readonly (readonly string[])[]): string[][] {
  return (cells[0] ?? []).map((_, column) => cells.map((row) => row[column] ?? ''))
}

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
}
