import type { ModeFigures } from '../analysis/mode-figures.ts'
import { SUMMARY_FIGURES } from '../analysis/summary-figures.ts'
import type { Colours } from './colours.ts'
import { drawTable, splitTable, transpose, widthOf } from './table.ts'
import { plain } from './text.ts'

/** Below this, figures are rows and modes columns; from it on, modes are rows where they fit. */
const WIDE = 120

/** One scenario's modes and their figures in a table no wider than `columns`. */
export function summaryTable(
  modes: readonly ModeFigures[],
  columns: number,
  colours: Colours,
): readonly string[] {
  const header = ['mode', ...SUMMARY_FIGURES.map((figure) => figure.label)]
  const rows = modes.map((mode) => [plain(mode.mode), ...SUMMARY_FIGURES.map((figure) => figure.text(mode))])
  const wide = [header, ...rows]
  if (columns >= WIDE && widthOf(wide) <= columns) return drawTable(wide, colours)
  return splitTable(transpose(wide), columns).flatMap((part, index) => [
    ...(index > 0 ? [''] : []),
    ...drawTable(part, colours),
  ])
}
