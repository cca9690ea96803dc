import { stringify } from 'csv-stringify/sync'
import type { Comparison } from '../analysis/comparison.ts'

/** Results side by side as CSV (RFC 4180), a line for each figure of each mode in each result. */
export function renderComparisonCsv({ results, scenarios }: Comparison): string {
  const rows = scenarios.flatMap(({ name, modes }) =>
    modes.flatMap(({ mode, figures }) =>
      figures.flatMap(({ label, unit, measured, values, changes }) =>
        values.map((value, index) => ({
          scenario: name,
          mode,
          figure: label,
          result: results[index]?.name ?? '',
          measured: measured[index] ?? '',
          unit,
          value,
          // `=` by itself is what a spreadsheet takes for the start of a formula; the verdict says it.
          change: changes[index]?.verdict === 'same' ? '' : (changes[index]?.text ?? ''),
          verdict: changes[index]?.verdict ?? (index === 0 ? '' : 'not compared'),
        })),
      ),
    ),
  )
  return stringify(rows, {
    columns: ['scenario', 'mode', 'figure', 'result', 'measured', 'unit', 'value', 'change', 'verdict'],
    header: true,
    record_delimiter: 'windows',
    escape_formulas: true,
  })
}
