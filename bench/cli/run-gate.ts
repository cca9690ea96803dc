import { basename, dirname, relative } from 'node:path'
import { formatDuration } from '../../reports/index.ts'
import {
  type Baseline,
  type CostComparison,
  compare,
  failuresIn,
  type GateContext,
  incomparable,
  inTreeOf,
  type Measuring,
  measure,
  measureCommit,
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
import { compareCostsWith, QUALITY_FILE } from './gate-costs.ts'
import { BASELINE, type GateOptions, type GateRequest, repeatCommand, updateCommand } from './gate-options.ts'
import { EXIT } from './main.ts'
import { createProgress } from './progress.ts'
import {
  openResultsFolder,
  openTimestampedFolder,
  type ResultsFolder,
  removeEarlier,
} from './results-folder.ts'

/** What a comparison leaves in its folder. */
const REPORTS = ['gate.json', 'gate.md', 'gate.junit.xml', 'gate.html', 'gate.txt'] as const

/**
 * The exact metrics against a baseline, and what the options ask for beside them.
 * @param measuring Started for so many parts as the request has; whoever started it stops it.
 * @returns the exit code: 1 where a metric became worse than its budget allows
 */
export async function runGate(
  request: GateRequest,
  measuring: Measuring,
  signal: AbortSignal,
): Promise<number> {
  const opened: ResultsFolder[] = []
  try {
    return await runInto(opened, request, measuring, signal)
  } catch (error) {
    for (const folder of opened) await folder.discard()
    throw error
  }
}

/** @param opened Takes the folder that was made for reports which may never be written. */
async function runInto(
  opened: ResultsFolder[],
  { options, plan }: GateRequest,
  measuring: Measuring,
  signal: AbortSignal,
): Promise<number> {
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
  // At once, so that a place that cannot be written to shows before the run and not after it.
  const written = options.figures ?? (options.update ? path : undefined)
  const chosen = await openChosen(options, written)
  if (chosen) opened.push(chosen)
  const progress = createProgress(plan.scenarios.length * MODE_NAMES.length, 'virtual', formatDuration)
  const measured = await measure(plan, progress, measuring, signal)
  if (written !== undefined && chosen) {
    const figures = whole(measured)
    if (options.update) refuseFailing(figures)
    await chosen.write({ [basename(written)]: `${JSON.stringify(figures, null, 1)}\n` })
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

/** @param written The file of figures; undefined where reports are written. @returns undefined where nothing names a place */
async function openChosen(
  options: GateOptions,
  written: string | undefined,
): Promise<ResultsFolder | undefined> {
  if (written === undefined) return options.out === undefined ? undefined : openResultsFolder(options.out)
  return openResultsFolder(dirname(written), options.figures === undefined ? '--baseline' : '--figures')
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

const named = ({ commit, dirty }: Baseline) =>
  `${commit?.slice(0, 12) ?? 'unknown'}${dirty ? ' with changes' : ''}`
