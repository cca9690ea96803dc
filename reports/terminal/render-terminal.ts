import type { ClaimVerdict } from '../analysis/claims.ts'
import { companionSentences } from '../analysis/companion-sentences.ts'
import { curveTables } from '../analysis/curve-tables.ts'
import { resultFigures, type ScenarioFigures } from '../analysis/result-figures.ts'
import { formatDuration } from '../format/duration.ts'
import { formatCommit, formatStart, formatWorkload } from '../format/provenance.ts'
import { simulatedFaster } from '../format/simulated.ts'
import type { Companions } from '../html/render-html.tsx'
import type { BenchResult } from '../result-schema.ts'
import { type Colours, coloursFor } from './colours.ts'
import { summaryTable } from './summary-table.ts'
import { fitTable } from './table.ts'
import { plain, wrap } from './text.ts'

export interface TerminalOptions {
  /** Width to keep within, characters. */
  readonly columns: number
  /** Whether to use ANSI colours. */
  readonly colour: boolean
}

/** The result as text for a terminal, no line longer than `columns`, ending in a line break. */
export function renderTerminal(
  result: BenchResult,
  options: TerminalOptions,
  companions: Companions = {},
): string {
  const colours = coloursFor(options.colour)
  const figures = resultFigures(result)
  const write = (text: string, indent = 0) => wrap(plain(text), options.columns, indent)
  const lines = [
    ...write(
      `tierbench ${result.tierbench}, ${formatStart(result)}, commit ${formatCommit(result)}: times are of the ` +
        `${figures.clock}${simulatedFaster(figures)} (real time to run: ${formatDuration(result.wallMs)})`,
    ),
    ...companionSentences(companions).flatMap(({ state, text }) =>
      write(`${state === 'good' ? '✓' : '✗'} ${text}`, 2).map(state === 'good' ? colours.green : colours.red),
    ),
    ...figures.scenarios.flatMap((scenario) =>
      scenarioLines(scenario, figures.clock, options.columns, colours),
    ),
    '',
    colours.bold('What is modelled, not measured'),
    ...result.modelled.flatMap((sentence) => write(`- ${sentence}`, 2)).map(colours.dim),
  ]
  return `${lines.join('\n')}\n`
}

function scenarioLines(
  { scenario, modes, variants, verdicts, problems, held, notes }: ScenarioFigures,
  clock: string,
  columns: number,
  colours: Colours,
): readonly string[] {
  const write = (text: string, indent = 0) => wrap(plain(text), columns, indent)
  return [
    '',
    ...write(`${scenario.name}: ${scenario.title}`).map((line) => colours.bold(colours.cyan(line))),
    ...write(`${formatWorkload(scenario)}; ${clock}`).map(colours.dim),
    '',
    ...summaryTable(modes, columns, colours),
    ...(notes.length > 0 ? [''] : []),
    ...notes.flatMap((note) => write(note)).map(colours.dim),
    ...variants.flatMap((group) => [
      '',
      colours.bold('The same with other flags'),
      ...group.descriptions.flatMap((text) => write(text)).map(colours.dim),
      '',
      ...summaryTable(group.columns, columns, colours),
      '',
      ...group.findings.flatMap((text) => write(`· ${text}`, 2)),
    ]),
    ...curveTables(scenario).flatMap(({ title, intro, findings, ...table }) => [
      '',
      colours.bold(plain(title)),
      ...write(intro).map(colours.dim),
      '',
      ...fitTable(table, columns, colours),
      ...(findings.length > 0 ? [''] : []),
      ...findings.flatMap((text) => write(`· ${text}`, 2)),
    ]),
    ...(verdicts.length > 0 ? ['', colours.bold('The plan against the measurement')] : []),
    ...verdicts.flatMap(({ verdict, text }) =>
      write(`${MARKS[verdict]} ${text}`, 2).map(colourOf(verdict, colours)),
    ),
    ...(held.length > 0 ? ['', colours.bold('Checks')] : []),
    ...held.flatMap((text) => write(`✓ ${text}`, 2)).map(colours.green),
    ...(problems.length > 0 ? [''] : []),
    ...problems.flatMap((problem) => write(`✗ ${problem}`, 2)).map(colours.red),
  ]
}

const MARKS = {
  'as expected': '✓',
  'better than expected': '▲',
  'less than expected': '▼',
  'not measured': '?',
  'no figure in the plan': '·',
} satisfies Record<ClaimVerdict, string>

function colourOf(verdict: ClaimVerdict, colours: Colours): (text: string) => string {
  switch (verdict) {
    case 'as expected':
    case 'better than expected':
      return colours.green
    case 'less than expected':
      return colours.yellow
    case 'not measured':
    case 'no figure in the plan':
      return colours.dim
  }
}
