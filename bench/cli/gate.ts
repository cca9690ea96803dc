import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { Command } from 'commander'
import { formatDuration } from '../../reports/index.ts'
import { SCENARIOS } from '../../scenarios/index.ts'
import {
  type Baseline,
  type CostComparison,
  compare,
  failuresIn,
  type GateContext,
  incomparable,
  inTreeOf,
  type MeasurePlan,
  measure,
  measureCommit,
  PROBE_NAMES,
  qualityOf,
  ROOT,
  readBaseline,
  readBudgets,
  readTrials,
  renderAnnotations,
  renderCostMarkdown,
  renderCostText,
  renderHtmlPage,
  renderJunit,
  renderMarkdown,
  renderText,
  resolveCommit,
  whole,
} from '../gate/index.ts'
import { MODE_NAMES, UsageError } from '../run/index.ts'
import { parseCommand } from './command.ts'
import { compareCostsWith, QUALITY_FILE } from './gate-costs.ts'
import { EXIT, main } from './main.ts'
import { createProgress } from './progress.ts'
import { quoted } from './quoted.ts'
import {
  openResultsFolder,
  openTimestampedFolder,
  type ResultsFolder,
  removeEarlier,
} from './results-folder.ts'

const BASELINE = join(ROOT, 'baselines', 'exact.json')
const BUDGETS = join(ROOT, 'gate-budgets.yaml')
/** The scenarios show every mode with and without limits and faults, in a few seconds. */
const DEFAULT_SCENARIOS = 'smoke,typical,rate-limited,verify,query-plans'

/** What a comparison leaves in its folder. */
const REPORTS = ['gate.json', 'gate.md', 'gate.junit.xml', 'gate.html', 'gate.txt'] as const

interface GateOptions {
  scenario: string
  baseline?: string
  base?: string
  orBaseline?: boolean
  statistical?: boolean
  budgets: string
  update?: boolean
  out?: string
  figures?: string
}

/** `npm run gate`: the exact metrics against a baseline; 1 where one became worse than its budget allows. */
async function gate(signal: AbortSignal): Promise<number> {
  const opened: ResultsFolder[] = []
  try {
    return await gateInto(opened, signal)
  } catch (error) {
    for (const folder of opened) await folder.discard()
    throw error
  }
}

/** @param opened Takes the folder that was made for reports which may never be written. */
async function gateInto(opened: ResultsFolder[], signal: AbortSignal): Promise<number> {
  const { options, plan } = parseGateOptions(process.argv.slice(2))
  const names = [...plan.scenarios.map((scenario) => scenario.name), ...plan.probes]
  // At once: where this gate breaks off, nobody takes the reports of an earlier one for its own.
  const compares = !options.update && options.figures === undefined
  if (compares && options.out !== undefined) await removeEarlier(options.out, REPORTS)
  const budgets = await readBudgets(options.budgets)
  // Before anything is measured: a baseline that cannot be read shows at once.
  const path = options.baseline ?? BASELINE
  const stored =
    options.update || options.base !== undefined || options.figures !== undefined
      ? undefined
      : await readBaseline(path, updateCommand(options))
  if (options.update) await refuseToMix(path, names)
  const commit = options.base === undefined ? undefined : await resolveCommit(options.base)
  const thresholds = options.statistical ? budgets.statistical : undefined
  if (options.statistical && !thresholds) {
    throw new UsageError(
      `expected thresholds of the statistical metrics in ${options.budgets}, got none: add a section "statistical"`,
    )
  }
  // At once, so that a mistake in --out shows before the run and not after it.
  const chosen = options.out === undefined || !compares ? undefined : await openResultsFolder(options.out)
  if (chosen) opened.push(chosen)
  const progress = createProgress(plan.scenarios.length * MODE_NAMES.length, 'virtual', formatDuration)
  const measured = await measure(plan, progress, process.env.DATABASE_URL || undefined, signal)
  const written = options.figures ?? (options.update ? path : undefined)
  if (written !== undefined) {
    const figures = whole(measured)
    if (options.update) refuseFailing(figures)
    await writeWhole(written, figures)
    if (options.update) process.stdout.write(`The baseline is now ${written}.\n`)
    return EXIT.ok
  }
  const head = measured.figures
  let costs: CostComparison | undefined
  const { base, baseline, instead } = await chooseBase(options, head, async () => {
    if (stored) return stored
    if (commit === undefined) throw new Error('there is no baseline, and nothing has said so')
    return inTreeOf(commit, signal, async (tree) => {
      // First, since it asks less of that commit: its engine, and not its gate.
      if (thresholds) costs = await compareCostsWith(commit, tree, thresholds, signal)
      return measureCommit(commit, tree, names, signal)
    })
  })
  if (thresholds && !costs) {
    throw new UsageError(`expected statistical metrics to be measured, got none. ${instead ?? ''}`)
  }
  const outcome = compare(base, head, budgets, names, measured.broken)
  const context: GateContext = {
    baseline,
    commits: `${named(base)}..${named(head)}`,
    command: repeatCommand(options),
    update: updateCommand(options),
    ...(instead === undefined ? {} : { instead }),
  }
  const quality = costs && qualityOf(await readTrials(QUALITY_FILE))
  const passed = outcome.passed && (costs?.passed ?? true)
  const result = { ...outcome, passed }
  const parts = [renderText(outcome, context), ...(costs ? [renderCostText(costs, quality, context)] : [])]
  const text = parts.join('\n')
  const folder = chosen ?? (await openTimestampedFolder(new Date()))
  await folder.write({
    'gate.json': `${JSON.stringify({ ...result, context, base, head, ...(costs ? { costs, quality } : {}) }, null, 1)}\n`,
    'gate.md': [renderMarkdown(result, context), ...(costs ? [renderCostMarkdown(costs, quality)] : [])].join(
      '\n',
    ),
    'gate.junit.xml': renderJunit(outcome, context, costs),
    'gate.html': renderHtmlPage(result, context, costs),
    'gate.txt': text,
  } satisfies Record<(typeof REPORTS)[number], string>)
  if (process.env.GITHUB_ACTIONS === 'true') process.stdout.write(renderAnnotations(outcome, context, costs))
  process.stdout.write(`\n${text}`)
  process.stderr.write(`\nReport: ${folder.path}\n`)
  return passed ? EXIT.ok : EXIT.failed
}

/**
 * What is compared with. With `--or-baseline` a commit that cannot be compared (another mock, another
 * scenario, a gate of another version) gives way to the committed baseline, and every report says so.
 * @throws UsageError where nothing can be compared
 */
async function chooseBase(
  options: GateOptions,
  head: Baseline,
  read: () => Promise<Baseline>,
): Promise<{ base: Baseline; baseline: string; instead?: string }> {
  const path = options.baseline ?? BASELINE
  const shown = options.baseline ?? relative(ROOT, BASELINE)
  try {
    const base = await read()
    assertComparable(base, head, options)
    return { base, baseline: options.base === undefined ? shown : `commit ${options.base}` }
  } catch (error) {
    if (!(error instanceof UsageError && options.base !== undefined && options.orBaseline)) throw error
    const base = await readBaseline(path, updateCommand(options))
    assertComparable(base, head, { ...options, base: undefined })
    const instead = `Not compared with ${options.base}, but with the committed baseline: ${error.message}`
    return { base, baseline: shown, instead }
  }
}

/**
 * @param options Their `base` is the commit that the base is of; undefined for a baseline's file.
 * @throws UsageError naming what differs, and what helps
 */
function assertComparable(
  base: Baseline,
  head: Baseline,
  options: Pick<GateOptions, 'scenario' | 'baseline'> & { readonly base?: string | undefined },
): void {
  const { base: ref } = options
  const differences = incomparable(base, head).join('; ')
  if (differences === '') return
  throw new UsageError(
    ref === undefined
      ? `expected a baseline that can be compared, but these differ: ${differences}: ${updateCommand(options)} writes a new one`
      : `expected a commit that can be compared, got ${ref}, where these differ: ${differences}: --or-baseline compares with the committed baseline in its place, --base with another commit`,
  )
}

function parseGateOptions(args: readonly string[]): { options: GateOptions; plan: MeasurePlan } {
  const command = new Command('npm run gate --')
    .description(
      'Compares the exact metrics of the virtual clock with a baseline: 0 where none became worse than its budget allows, 1 where one did or was missing, 2 where nothing could be compared.',
    )
    .option(
      '--scenario <names>',
      `comma-separated: ${SCENARIOS.map(({ name }) => name).join(', ')}; verify (schedules with the flags on), query-plans`,
      DEFAULT_SCENARIOS,
    )
    .option('--baseline <file>', 'figures to compare with (default: baselines/exact.json)')
    .option('--base <ref>', 'measure this commit and compare with it, as for a pull request')
    .option('--or-baseline', 'where that commit cannot be compared, compare with the committed baseline')
    .option(
      '--statistical',
      'with --base: also CPU time, wall time, allocations, heap and statements, by samples on this machine',
    )
    .option('--budgets <file>', 'how much worse each metric may become', BUDGETS)
    .option('--update', 'take the figures of this commit as the baseline')
    .option('--out <dir>', 'where the reports go (default: results/<time>)')
    .option('--figures <file>', 'write the figures of this commit, and compare nothing')
  parseCommand(command, args)
  const options = command.opts<GateOptions>()
  const ways = (['base', 'update', 'figures'] as const).filter((name) => options[name] !== undefined)
  if (ways.length > 1 || (options.base !== undefined && options.baseline !== undefined)) {
    throw new UsageError(
      'expected one of --base, --update and --figures, and --baseline not with --base, got several: say one of them',
    )
  }
  if (options.statistical && options.base === undefined) {
    throw new UsageError(
      'expected --statistical with --base, got it alone: what a machine takes is compared with another commit on the same machine',
    )
  }
  return { options, plan: parsePlan(options.scenario) }
}

function parsePlan(text: string): MeasurePlan {
  const names = text.split(',').map((name) => name.trim())
  const known: readonly string[] = [...SCENARIOS.map(({ name }) => name), ...PROBE_NAMES]
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    throw new UsageError(
      `expected --scenario with names out of ${known.join(', ')}, got ${unknown.map((name) => `"${name}"`).join(', ')}`,
    )
  }
  return {
    scenarios: SCENARIOS.filter(({ name }) => names.includes(name)),
    probes: PROBE_NAMES.filter((name) => names.includes(name)),
  }
}

/**
 * A baseline is of one commit: figures that were not measured now would bear a commit that did not give them.
 * @throws UsageError where an update would leave out what the baseline has
 */
async function refuseToMix(path: string, names: readonly string[]): Promise<void> {
  // One that is not there, or of another version, is replaced as a whole.
  const before = await readBaseline(path).catch(() => undefined)
  if (!before) return
  const left = Object.keys({ ...before.scenarios, ...before.probes }).filter((name) => !names.includes(name))
  if (left.length > 0) {
    throw new UsageError(
      `expected --update to measure all that ${path} has, since a baseline is of one commit, got a --scenario without ${left.join(', ')}: name all of them, or another file with --baseline`,
    )
  }
}

/** @throws UsageError naming what fails: a baseline with it would let it pass from then on */
function refuseFailing(figures: Baseline): void {
  const failing = failuresIn(figures)
  if (failing.length === 0) return
  throw new UsageError(
    `expected a baseline of runs whose checks hold, got these that fail: ${failing.join('; ')}: repair them, since a baseline with a failure lets it pass`,
  )
}

async function writeWhole(file: string, baseline: Baseline): Promise<void> {
  const path = resolve(file)
  const part = `${path}.${process.pid}.part`
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(part, `${JSON.stringify(baseline, null, 1)}\n`, { flush: true })
    await rename(part, path)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(`expected a file that can be written, got ${file}: ${reason}`)
  }
}

const named = ({ commit, dirty }: Baseline) =>
  `${commit?.slice(0, 12) ?? 'unknown'}${dirty ? ' with changes' : ''}`

function repeatCommand({ scenario, base, baseline, orBaseline, statistical, budgets }: GateOptions): string {
  const options = [
    ...(scenario === DEFAULT_SCENARIOS ? [] : [`--scenario ${quoted(scenario)}`]),
    ...(base === undefined ? [] : [`--base ${quoted(base)}`]),
    ...(orBaseline ? ['--or-baseline'] : []),
    ...(statistical ? ['--statistical'] : []),
    ...(baseline === undefined ? [] : [`--baseline ${quoted(baseline)}`]),
    ...(budgets === BUDGETS ? [] : [`--budgets ${quoted(budgets)}`]),
  ]
  return ['npm run gate', ...(options.length > 0 ? ['--', ...options] : [])].join(' ')
}

/** The command that writes the baseline that was compared with. The committed one is always whole. */
function updateCommand({ scenario, baseline }: Pick<GateOptions, 'scenario' | 'baseline'>): string {
  const options = [
    ...(baseline === undefined ? [] : [`--baseline ${quoted(baseline)}`]),
    ...(baseline === undefined || scenario === DEFAULT_SCENARIOS ? [] : [`--scenario ${quoted(scenario)}`]),
  ]
  return ['npm run gate -- --update', ...options].join(' ')
}

await main(gate)
