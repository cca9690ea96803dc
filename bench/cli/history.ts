import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Command } from 'commander'
import { formatDuration, renderTrendHtml, type Trend } from '../../reports/index.ts'
import { SCENARIOS } from '../../scenarios/index.ts'
import {
  drifted,
  entryFileName,
  entryOf,
  readHistory,
  recentlyMissing,
  recentlyWorse,
  trendsOf,
} from '../gate/history/index.ts'
import {
  type Baseline,
  baselineSchema,
  measure,
  PROBE_NAMES,
  ROOT,
  readBudgets,
  startMeasuring,
  whole,
} from '../gate/index.ts'
import { MODE_NAMES, UsageError } from '../run/index.ts'
import { parseCommand } from './command.ts'
import { EXIT, main } from './main.ts'
import { wholeNumber } from './options.ts'
import { createProgress } from './progress.ts'
import { openResultsFolder } from './results-folder.ts'

/** What the gate measures. */
const SCENARIO_NAMES = ['smoke', 'typical', 'rate-limited']

interface AddOptions {
  readonly to: string
  readonly from?: string
}
interface ShowOptions {
  readonly of: string
  readonly out: string
  readonly recent: number
  readonly budgets: string
}

/** `npm run history -- add|show`. */
async function history(signal: AbortSignal): Promise<number> {
  let code: Promise<number> = Promise.resolve(EXIT.ok)
  const command = new Command('npm run history --').description(
    'Keeps results of the gate, and shows which metrics drift below the budget of a single gate.',
  )
  command
    .command('add')
    .description('Adds the figures of this commit to a history, as a file of its own.')
    .option('--to <dir>', 'folder of the history, e.g. a worktree of a branch', 'history')
    .option('--from <file>', 'gate.json of a gate that has been run (default: measures now)')
    .action((options: AddOptions) => {
      code = add(options, signal)
    })
  command
    .command('show')
    .description(
      'Writes a page of the trends: 0 where nothing recently changed for the worse, 1 where something did.',
    )
    .option('--of <dir>', 'folder of the history', 'history')
    .option('--out <dir>', 'where the page goes', 'results/history')
    .option(
      '--recent <n>',
      'results among which a change for the worse, or a drift, counts',
      wholeNumber(1),
      10,
    )
    .option('--budgets <file>', 'what a single gate allows', join(ROOT, 'gate-budgets.yaml'))
    .action((options: ShowOptions) => {
      code = show(options)
    })
  parseCommand(command, process.argv.slice(2))
  return code
}

async function add({ to, from }: AddOptions, signal: AbortSignal): Promise<number> {
  const given = from === undefined ? undefined : await readFigures(from)
  const folder = await openResultsFolder(to)
  const { figures, failed } = given ?? { figures: await measureNow(signal), failed: false }
  const entry = entryOf(figures, new Date())
  const name = entryFileName(entry)
  await folder.write({ [name]: `${JSON.stringify(entry, null, 1)}\n` })
  process.stdout.write(`Added ${resolve(to, name)}.\n`)
  if (failed) process.stdout.write('! The gate that it is from failed: its figures are kept as they are.\n')
  if (entry.dirty) {
    process.stdout.write('! It is of a tree with uncommitted changes: its commit alone has other figures.\n')
  }
  return EXIT.ok
}

async function measureNow(signal: AbortSignal): Promise<Baseline> {
  const scenarios = SCENARIOS.filter(({ name }) => SCENARIO_NAMES.includes(name))
  const progress = createProgress(scenarios.length * MODE_NAMES.length, 'virtual', formatDuration)
  const plan = { scenarios, probes: PROBE_NAMES }
  const measuring = startMeasuring(plan, process.env.DATABASE_URL || undefined, signal)
  return whole(await measure(plan, progress, measuring, signal))
}

/** The figures of a file, and whether it is of a gate that failed. */
async function readFigures(path: string): Promise<{ figures: Baseline; failed: boolean }> {
  let json: unknown
  try {
    json = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(`expected --from to name a gate.json, got ${path}: ${reason}`)
  }
  const outcome = json as { head?: unknown; passed?: unknown } | null
  const figures = outcome?.head ?? json
  const parsed = baselineSchema.safeParse(figures)
  if (parsed.success) return { figures: parsed.data as Baseline, failed: outcome?.passed === false }
  const [issue] = parsed.error.issues
  throw new UsageError(
    `expected --from to name a gate.json of this version, got ${path}, which is broken at ${issue?.path.join('.') || 'its head'} (${issue?.message})`,
  )
}

async function show({ of, out, recent, budgets }: ShowOptions): Promise<number> {
  const allowed = await readBudgets(budgets)
  const entries = await readHistory(of)
  if (entries.length === 0) {
    throw new UsageError(`expected results in ${of}, got none: npm run history -- add --to ${of}`)
  }
  const folder = await openResultsFolder(out)
  const report = trendsOf(entries, allowed, recent)
  await folder.write({ 'history.html': renderTrendHtml(report) })
  const worse = recentlyWorse(report, recent)
  const drifts = drifted(report)
  const missing = recentlyMissing(report, recent)
  process.stdout.write(`${report.labels.length} results, ${report.trends.length} metrics.\n`)
  for (const note of report.notes) process.stdout.write(`! ${note}\n`)
  for (const { what, last } of report.missing) {
    const sign = missing.some((one) => one.what === what) ? '✗' : '·'
    process.stdout.write(`${sign} ${what}: the newest result lacks it, ${report.labels[last]} had it last\n`)
  }
  for (const trend of worse) process.stdout.write(`✗ ${describe(trend, report.labels)}\n`)
  for (const { scenario, mode, metric, drift } of drifts) {
    process.stdout.write(
      `✗ ${scenario}, ${mode}: ${metric} drifted ${drift.before} → ${drift.after} since ${report.labels[drift.index]}, in steps that a single gate allows\n`,
    )
  }
  if (report.trends.length === 0) process.stdout.write('✗ The newest result has no metric.\n')
  const passed = worse.length === 0 && drifts.length === 0 && missing.length === 0 && report.trends.length > 0
  if (passed) {
    process.stdout.write(
      `✓ No metric changed for the worse, or drifted, within the last ${recent} results.\n`,
    )
  }
  process.stderr.write(`Report: ${folder.path}/history.html\n`)
  return passed ? EXIT.ok : EXIT.failed
}

function describe({ scenario, mode, metric, changes }: Trend, labels: readonly string[]): string {
  const change = changes.at(-1)
  return `${scenario}, ${mode}: ${metric} ${change?.before} → ${change?.after} since ${labels[change?.index ?? 0]}`
}

await main(history)
