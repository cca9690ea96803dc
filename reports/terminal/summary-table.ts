import Table from 'cli-table3'
import type { ModeFigures } from '../analysis/mode-figures.ts'
import { SUMMARY_FIGURES } from '../analysis/summary-figures.ts'
import type { Colours } from './colours.ts'
import { plain } from './text.ts'

/** Below this, figures are rows and modes columns; from it on, modes are rows where they fit. */
const WIDE = 120
const GAP = 2

/** One scenario's modes and their figures in a table no wider than `columns`. */
export function summaryTable(
  modes: readonly ModeFigures[],
  columns: number,
  colours: Colours,
): readonly string[] {
  const header = ['mode', ...SUMMARY_FIGURES.map((figure) => figure.label)]
  const rows = modes.map((mode) => [plain(mode.mode), ...SUMMARY_FIGURES.map((figure) => figure.text(mode))])
  const wide = [header, ...rows]
  if (columns >= WIDE && widthOf(wide) <= columns) return draw(wide, colours)
  return modesAsColumns(wide, columns).flatMap((part, index) => [
    ...(index > 0 ? [''] : []),
    ...draw(part, colours),
  ])
}

/** Transposed, and split into several tables where not all modes fit side by side. */
function modesAsColumns(wide: readonly string[][], columns: number): readonly string[][][] {
  const [labels = [], ...modes] = wide
  const parts: string[][][] = []
  let columnsOfPart = [labels]
  for (const mode of modes) {
    if (columnsOfPart.length > 1 && widthOf(transpose([...columnsOfPart, mode])) > columns) {
      parts.push(transpose(columnsOfPart))
      columnsOfPart = [labels]
    }
    columnsOfPart.push(mode)
  }
  return [...parts, transpose(columnsOfPart)]
}

function draw(cells: readonly string[][], colours: Colours): readonly string[] {
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

function widthOf(cells: readonly string[][]): number {
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  )
  return widths.reduce((sum, width) => sum + width + GAP, 0)
}

function transpose(cells: readonly string[][]): string[][] {
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
