import { formatCommit, formatFlags, formatStart } from '../format/provenance.ts'
import { coloursFor } from '../terminal/colours.ts'
import { fitTable } from '../terminal/table.ts'
import { plain, wrap } from '../terminal/text.ts'
import type { Load, LoadResult } from './load-schema.ts'
import {
  databaseLine,
  formatArrivals,
  formatMode,
  generatorLine,
  kneeTable,
  type LoadTable,
  loadTables,
  machineLine,
  runLines,
  verdicts,
} from './load-tables.ts'

export interface LoadTerminalOptions {
  readonly colour: boolean
  /** Of the terminal, characters. */
  readonly columns: number
}

/** The result as text for a terminal. */
export function renderLoadTerminal(result: LoadResult, { colour, columns }: LoadTerminalOptions): string {
  const colours = coloursFor(colour)
  const paragraph = (text: string) => wrap(plain(text), columns, 2)
  const table = ({ title, header, rows, optional = [] }: LoadTable) =>
    rows.length === 0
      ? []
      : ['', ...paragraph(title).map(colours.bold), ...fitTable({ header, rows, optional }, columns, colours)]
  const load = (one: Load) => [
    '',
    ...paragraph(`${result.setting.scenario}, ${formatMode(one)}: ${formatArrivals(one.arrivals)}`).map(
      colours.bold,
    ),
    ...(one.flags ? paragraph(`Flags: ${formatFlags(one.flags)}`) : []),
    ...runLines(one).flatMap(paragraph),
    ...loadTables(one).flatMap(table),
    ...[databaseLine(one), machineLine(one), generatorLine(one)].flatMap((line) =>
      line ? paragraph(line) : [],
    ),
    ...one.warnings.flatMap((warning) => paragraph(`! ${warning}`).map(colours.yellow)),
    '',
    ...one.disturbances.flatMap(({ what }) => paragraph(`Disturbed: ${what}`)),
    ...verdicts(one).flatMap(({ held, text }) => {
      const mark = held === null ? '·' : held ? colours.green('✓') : colours.red('✗')
      return wrap(plain(text), columns - 2, 2).map((line, index) =>
        index === 0 ? `${mark} ${line}` : `  ${line}`,
      )
    }),
  ]
  return [
    ...paragraph(
      `tierbench ${result.tierbench}, ${formatStart(result)}, commit ${formatCommit(result)}: ${setting(result)}`,
    ),
    ...result.loads.flatMap(load),
    ...result.knees.flatMap((knee) => table(kneeTable(knee))),
    '',
    ...result.notes.flatMap(paragraph),
    '',
  ].join('\n')
}

/** What was loaded, in words. */
export function setting({
  setting: { target, engines, workers, timeScale, seed, poolSize },
}: LoadResult): string {
  const processes =
    target === null
      ? `${engines} engine${engines === 1 ? '' : 's'}${workers > 0 ? ` and ${workers} workers` : ''}, a pool of ${poolSize} each`
      : `the service at ${target}`
  return `${processes}; seed ${seed}; real time${timeScale === 1 ? '' : `, scaled ${timeScale}x`}`
}
