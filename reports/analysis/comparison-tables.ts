import type { Comparison, FigureChange } from './comparison.ts'
import type { FigureTable } from './figure-table.ts'

/** `A`, `B`, `C` …: what a result is called in the head of a column; from the 27th on its number. */
export function letterOf(index: number): string {
  return index < 26 ? String.fromCharCode(65 + index) : String(index + 1)
}

/** The change with its mark: `−3.1 % ▲` is better, `+12 ▼` is worse. */
export function formatChange(change: FigureChange | null): string {
  if (change === null) return ''
  return change.verdict === 'same' ? change.text : `${change.text} ${change.verdict === 'better' ? '▲' : '▼'}`
}

/** One table for each mode of a scenario: figures are rows, results columns, each but the first with its change. */
export function comparisonTables(
  { modes }: Comparison['scenarios'][number],
  results: Comparison['results'],
): readonly FigureTable[] {
  const isCompared = results.map((_, index) =>
    modes.some(({ figures }) => figures.some(({ changes }) => (changes[index] ?? null) !== null)),
  )
  const header = results.flatMap((_, index) =>
    !isCompared[index] ? [letterOf(index)] : [letterOf(index), `${letterOf(index)} against ${letterOf(0)}`],
  )
  return modes.map(({ mode, figures }) => ({
    title: mode,
    intro: '',
    header: ['figure', ...header],
    rows: figures.map(({ label, values, changes }) => [
      label,
      ...values.flatMap((value, index) =>
        !isCompared[index] ? [value] : [value, formatChange(changes[index] ?? null)],
      ),
    ]),
    optional: [],
    findings: [],
  }))
}
