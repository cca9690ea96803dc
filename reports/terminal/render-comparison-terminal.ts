import type { Comparison } from '../analysis/comparison.ts'
import { comparisonTables, letterOf } from '../analysis/comparison-tables.ts'
import { INDEX_HEADER, type ResultIndex } from '../analysis/result-index.ts'
import { coloursFor } from './colours.ts'
import type { TerminalOptions } from './render-terminal.ts'
import { fitTable } from './table.ts'
import { plain, wrap } from './text.ts'

/** Results side by side as text for a terminal, no line longer than `columns`, ending in a line break. */
export function renderComparisonTerminal(
  comparison: Comparison,
  { columns, colour }: TerminalOptions,
): string {
  const colours = coloursFor(colour)
  const write = (text: string, indent = 0) => wrap(plain(text), columns, indent)
  const { results, notes, scenarios } = comparison
  const lines = [
    ...results.flatMap(({ name, about }, index) => write(`${letterOf(index)}: ${name} (${about})`, 3)),
    ...notes.flatMap((note) => write(`· ${note}`, 2)).map(colours.dim),
    ...scenarios.flatMap((scenario) => [
      '',
      ...write(`${scenario.name}: ${scenario.title}`).map((line) => colours.bold(colours.cyan(line))),
      ...scenario.obstacles.flatMap((text) => write(`✗ Not compared: ${text}`, 2)).map(colours.yellow),
      ...scenario.notes.flatMap((text) => write(`· ${text}`, 2)).map(colours.dim),
      ...comparisonTables(scenario, results).flatMap(({ title, ...table }) => [
        '',
        colours.bold(plain(title)),
        ...fitTable(table, columns, colours),
      ]),
    ]),
    '',
    ...write('▲ better and ▼ worse than A; = the same.').map(colours.dim),
  ]
  return `${lines.join('\n')}\n`
}

/** An index of results as text for a terminal. */
export function renderIndexTerminal(index: ResultIndex, { columns, colour }: TerminalOptions): string {
  const colours = coloursFor(colour)
  const write = (text: string, indent = 0) => wrap(plain(text), columns, indent)
  const rows = index.results.map(({ about }) => about)
  const lines = [
    ...fitTable({ header: INDEX_HEADER, rows, optional: [4, 3, 2] }, columns, colours),
    ...(index.unread.length > 0 ? [''] : []),
    ...index.unread.flatMap((text) => write(`✗ ${text}`, 2)).map(colours.yellow),
    ...index.history.flatMap(({ title, findings, ...table }) => [
      '',
      colours.bold(colours.cyan(plain(title))),
      ...fitTable(table, columns, colours),
      ...findings.flatMap((text) => write(text)).map(colours.dim),
    ]),
  ]
  return `${lines.join('\n')}\n`
}
