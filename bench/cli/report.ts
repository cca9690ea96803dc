import { stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { Command } from 'commander'
import {
  compareResults,
  hasChanges,
  type NamedResult,
  renderComparisonCsv,
  renderComparisonHtml,
  renderComparisonMarkdown,
  renderComparisonTerminal,
  renderIndexHtml,
  renderIndexMarkdown,
  renderIndexTerminal,
} from '../../reports/index.ts'
import { UsageError } from '../run/index.ts'
import { parseCommand } from './command.ts'
import { EXIT, main } from './main.ts'
import { openFile } from './open-file.ts'
import { readCompanions } from './read-companions.ts'
import { readAnyResult, readIndex, readNamedResult } from './read-results.ts'
import { FILE_OPTIONS, openReportFiles, parseReporters, REPORTERS, type Renderers } from './reporters.ts'
import { loadRenderersOf, renderersOf, terminalOptions } from './result-renderers.ts'
import { openResultsFolder, openTimestampedFolder, type ResultsFolder } from './results-folder.ts'

interface ReportOptions {
  reporter: string
  out?: string
  open?: boolean
}

/** What is to be written, and where when nobody says. */
interface Subject {
  readonly renderers: Renderers
  /** What its files are called, without extension. */
  readonly base: string
  folder(): Promise<ResultsFolder>
}

/** `npm run report`: from results, without measuring again. */
async function report(): Promise<number> {
  const { paths, options } = parseReportOptions(process.argv.slice(2))
  const subject = await subjectOf(paths, options.out)
  const known = REPORTERS.filter((name) => subject.renderers[name] !== undefined)
  const requests = parseReporters(options.reporter, known)
  const folder = options.out === undefined ? await subject.folder() : await openResultsFolder(options.out)
  const files = await openReportFiles(folder, requests)
  const html = await files.write(subject.base, subject.renderers)
  if (requests.some(({ name, path }) => name === 'terminal' && path === undefined)) {
    process.stdout.write(`\n${subject.renderers.terminal(terminalOptions(process.stdout, process.env))}\n`)
  }
  if (html !== undefined) process.stderr.write(`\nReport: ${html}\n`)
  if (options.open && html !== undefined) await openFile(html, process.env)
  return EXIT.ok
}

function parseReportOptions(args: readonly string[]) {
  const command = new Command('npm run report --')
    .description(
      'Renders results again, without measuring: one result as its report, several side by side with what changed against the first, a folder as an index with history.',
    )
    .argument('<results...>', 'result.json or load.json, two or more result.json, or a folder')
    .option(
      '--reporter <names>',
      `comma-separated: ${REPORTERS.join(', ')}; name=path for another file`,
      'terminal,html',
    )
    .option(
      '--out <dir>',
      'where files go (default: beside the one result, results/<time>-compare, or the folder)',
    )
    .option('--open', 'show the HTML when it is there; never in CI')
  parseCommand(command, args)
  return { paths: command.args, options: command.opts<ReportOptions>() }
}

async function subjectOf(paths: readonly string[], out: string | undefined): Promise<Subject> {
  const [first = ''] = paths
  if (paths.length > 1) return comparisonOf(paths)
  if (await isFolder(first)) return indexOf(first, out)
  const read = await readAnyResult(first)
  const path = dirname(resolve(first))
  const folder = () => openResultsFolder(path)
  if (read.of === 'load') return { renderers: loadRenderersOf(read.result), base: 'load', folder }
  return { renderers: renderersOf(read.result, await readCompanions(path)), base: 'report', folder }
}

async function comparisonOf(paths: readonly string[]): Promise<Subject> {
  const named: NamedResult[] = []
  for (const path of paths) named.push(await readNamedResult(path))
  const comparison = compareResults(named)
  if (!hasChanges(comparison)) {
    const why = comparison.scenarios.flatMap(({ obstacles }) => obstacles)[0] ?? 'they have no scenario.'
    throw new UsageError(
      `expected results of the same scenario, seed and clock, got none that can be compared: ${why}`,
    )
  }
  return {
    renderers: {
      terminal: (options = FILE_OPTIONS) => renderComparisonTerminal(comparison, options),
      html: () => renderComparisonHtml(comparison),
      json: () => `${JSON.stringify(comparison, null, 1)}\n`,
      markdown: () => renderComparisonMarkdown(comparison),
      csv: () => renderComparisonCsv(comparison),
    },
    base: 'compare',
    folder: () => openTimestampedFolder(new Date(), '-compare'),
  }
}

async function indexOf(folder: string, out: string | undefined): Promise<Subject> {
  const index = await readIndex(folder, out)
  return {
    renderers: {
      terminal: (options = FILE_OPTIONS) => renderIndexTerminal(index, options),
      html: () => renderIndexHtml(index),
      markdown: () => renderIndexMarkdown(index),
    },
    base: 'index',
    folder: () => openResultsFolder(folder),
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    // That it cannot be read is said where it is read.
    return false
  }
}

await main(report)
