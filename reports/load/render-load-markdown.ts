import { formatCommit, formatFlags, formatStart } from '../format/provenance.ts'
import { codeBlock, escapeMarkdown, markdownTable } from '../markdown/text.ts'
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
import { setting } from './render-load-terminal.ts'

/** The result as Markdown, for the summary of a CI job. */
export function renderLoadMarkdown(result: LoadResult): string {
  const table = ({ title, header, rows }: LoadTable) =>
    rows.length === 0 ? [] : ['', `### ${escapeMarkdown(title)}`, '', markdownTable(header, rows, 'right')]
  const list = (lines: readonly string[]) => lines.map((line) => `- ${escapeMarkdown(line)}`)
  const load = (one: Load) => [
    '',
    `## ${escapeMarkdown(`${result.setting.scenario}, ${formatMode(one)}`)}`,
    '',
    ...list([
      formatArrivals(one.arrivals),
      ...(one.flags ? [`Flags: ${formatFlags(one.flags)}`] : []),
      ...runLines(one),
    ]),
    ...loadTables(one).flatMap(table),
    '',
    ...list([
      ...[databaseLine(one), machineLine(one), generatorLine(one)].flatMap((line) => line ?? []),
      ...one.warnings,
      ...one.disturbances.map(({ what }) => `Disturbed: ${what}`),
      ...verdicts(one).map(({ held, text }) => `${held === null ? '·' : held ? '✓' : '✗'} ${text}`),
    ]),
  ]
  return [
    `# Load: ${escapeMarkdown(setting(result))}`,
    '',
    `tierbench ${result.tierbench}, ${formatStart(result)}, commit ${formatCommit(result)}`,
    ...result.loads.flatMap(load),
    ...result.knees.flatMap((knee) => table(kneeTable(knee))),
    '',
    ...list(result.notes),
    '',
    codeBlock(result.command),
    '',
  ].join('\n')
}
