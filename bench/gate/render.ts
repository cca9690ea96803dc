import reportBuilder from 'junit-report-builder'
import { renderGateHtml } from '../../reports/index.ts'
import type { Comparison, GateOutcome, Missing } from './compare.ts'
import { METRICS } from './exact-metrics.ts'
import { addCostSuite, type CostComparison, costNotes } from './statistics/index.ts'

/** What a report of the gate says beside the comparison. */
export interface GateContext {
  /** Where the baseline comes from: a file, or a commit. */
  readonly baseline: string
  /** `<base>..<head>`, as far as they are known. */
  readonly commits: string
  /** The command that repeats it. */
  readonly command: string
  /** The command that takes the figures of now as the baseline. */
  readonly update: string
  /** Why the comparison is not with what was asked for; absent where it is. */
  readonly instead?: string
}

/** A value in its unit. */
export function formatValue({ metric }: Pick<Comparison, 'metric'>, value: number): string {
  switch (METRICS[metric].kind) {
    case 'duration':
      // To the ms: a change far below what a person would call one is shown as what it is.
      return `${(value / 1_000).toFixed(3)} s`
    case 'cost':
      return `$${value.toFixed(4)}`
    case 'share':
      return `${(value * 100).toFixed(2)} %`
    case 'plan':
      return value.toFixed(2)
    case 'count':
      return value.toLocaleString('en')
  }
}

/** A budget in its unit; one that would be rounded to nothing with as many digits as it takes. */
function formatBudget({ metric, budget }: Comparison): string {
  const shown = formatValue({ metric }, budget)
  if (shown !== formatValue({ metric }, 0)) return shown
  const digits = (value: number) => value.toLocaleString('en', { maximumSignificantDigits: 2 })
  switch (METRICS[metric].kind) {
    case 'duration':
      return `${digits(budget)} ms`
    case 'cost':
      return `$${digits(budget)}`
    case 'share':
      return `${digits(budget * 100)} %`
    case 'plan':
    case 'count':
      return digits(budget)
  }
}

/** Between which commits it became worse, and the command that shows it again. */
function repeat({ commits, command }: GateContext): string[] {
  return [`Commits: ${commits}`, `Repeat it: ${command}`]
}

/** One comparison as a sentence. */
export function sentence(comparison: Comparison): string {
  const { scenario, mode, metric, before, after, budget } = comparison
  const change = before === 0 ? '' : ` (${changeText(comparison)})`
  const allowed = budget === 0 ? 'nothing is allowed' : `${formatBudget(comparison)} is allowed`
  const values = `${formatValue(comparison, before)} → ${formatValue(comparison, after)}${change}`
  return `${scenario}, ${mode}: ${METRICS[metric].label} ${values}; ${allowed}`
}

/** As a share of the baseline; nothing where that is 0. */
function changeText({ before, after }: Comparison): string {
  return before === 0 ? '' : `${after > before ? '+' : '−'}${percent(Math.abs(after / before - 1))}`
}

const percent = (share: number) => `${(share * 100).toFixed(2)} %`
const place = ({ scenario, mode }: Missing) => (mode === null ? scenario : `${scenario}, ${mode}`)

/** The outcome for a terminal or a log. */
export function renderText(
  { passed, comparisons, missing, notes }: GateOutcome,
  context: GateContext,
): string {
  const of = (verdict: Comparison['verdict']) => comparisons.filter((one) => one.verdict === verdict)
  const lines = [
    `${passed ? '✓ PASSED' : '✗ FAILED'}: ${comparisons.length} exact metrics against ${context.baseline} (${context.commits})`,
    ...(context.instead === undefined ? [] : [`! ${context.instead}`]),
    ...notes.map((note) => `! ${note}`),
    ...missing.map((one) => `✗ ${place(one)}: ${one.reason}`),
    ...of('regressed').flatMap((one) => [
      `✗ ${sentence(one)}`,
      ...one.reasons.map((reason) => `    ${reason}`),
    ]),
    ...of('within budget').map((one) => `· ${sentence(one)}`),
    ...of('improved').map((one) => `▲ ${sentence(one)}`),
  ]
  if (passed && of('improved').length > 0)
    lines.push(`Better than the baseline: ${context.update} takes it as the new one.`)
  if (!passed) lines.push(...repeat(context))
  return `${lines.join('\n')}\n`
}

/** Stands at the head of the Markdown, unseen: by it a comment on a pull request is found again. */
export const COMMENT_MARKER = '<!-- tierbench-gate -->'

/** The outcome as Markdown, for a job summary or the comment on a pull request. */
export function renderMarkdown(
  { passed, comparisons, missing, notes }: GateOutcome,
  context: GateContext,
): string {
  const changed = comparisons.filter(({ verdict }) => verdict !== 'same')
  const improved = changed.filter(({ verdict }) => verdict === 'improved').length
  const rows = changed.map((one) => {
    const cells = [
      SYMBOL[one.verdict],
      one.scenario,
      one.mode,
      METRICS[one.metric].label,
      formatValue(one, one.before),
      formatValue(one, one.after),
      changeText(one),
      one.budget === 0 ? 'nothing' : formatBudget(one),
      one.reasons.join('<br>'),
    ]
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  })
  const table = [
    '| | scenario | mode | metric | before | after | change | allowed | where |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows,
  ]
  return [
    COMMENT_MARKER,
    `### ${passed ? '✅' : '❌'} Performance gate: ${passed ? 'passed' : 'failed'}`,
    '',
    `${comparisons.length} exact metrics of the virtual clock against ${context.baseline} (${context.commits}); ${changed.length} changed.`,
    ...[...(context.instead === undefined ? [] : [context.instead]), ...notes].flatMap((note) => [
      '',
      `> ${note}`,
    ]),
    ...missing.map((one) => `\n**${place(one)}**: ${one.reason}`),
    ...(rows.length > 0 ? ['', ...table] : []),
    ...(passed && improved > 0
      ? ['', `Better than the baseline: \`${context.update}\` takes it as the new one.`]
      : []),
    ...(passed ? [] : ['', `Commits ${context.commits}. Repeat it: \`${context.command}\``]),
    '',
  ].join('\n')
}

/** The outcome as a page of its own. */
export function renderHtmlPage(
  { passed, comparisons, missing, notes }: GateOutcome,
  context: GateContext,
  costs?: CostComparison,
): string {
  return renderGateHtml({
    passed,
    compared: comparisons.length,
    baseline: context.baseline,
    commits: context.commits,
    command: context.command,
    notes: [
      ...(context.instead === undefined ? [] : [context.instead]),
      ...notes,
      ...missing.map((one) => `${place(one)}: ${one.reason}.`),
      ...(costs ? costNotes(costs) : []),
    ],
    rows: comparisons
      .filter(({ verdict }) => verdict !== 'same')
      .map((one) => ({
        ...one,
        metric: METRICS[one.metric].label,
        before: formatValue(one, one.before),
        after: formatValue(one, one.after),
      })),
  })
}

const SYMBOL = { same: '', regressed: '❌', 'within budget': '·', improved: '▲' } as const

/** The outcome as JUnit XML: a test case for each metric; a failure says all that is needed to act on it. */
export function renderJunit(
  { comparisons, missing }: GateOutcome,
  context: GateContext,
  costs?: CostComparison,
): string {
  const builder = reportBuilder.newBuilder()
  const suite = builder.testSuite().name('tierbench gate: exact metrics')
  for (const one of missing) suite.testCase().className(place(one)).name('comparison').error(one.reason)
  for (const one of comparisons) {
    const { scenario, mode, metric, verdict, reasons } = one
    const testCase = suite.testCase().className(`${scenario}.${mode}`).name(METRICS[metric].label)
    if (verdict === 'regressed')
      testCase.failure([sentence(one), ...reasons, ...repeat(context)].join('\n'), 'regressed')
  }
  if (costs) addCostSuite(builder, costs, repeat(context))
  return builder.build()
}

/** Where the code of a phase is: a line of the pull request that an annotation can stand at. */
const FILES = ['card-analysis', 'story-generation', 'subtask-generation'].map((phase) => ({
  phase,
  file: `engine/phases/${phase}.ts`,
}))

/** GitHub shows so many of a step, and none of the others. */
const MOST_ANNOTATIONS = 10

/**
 * The failures as workflow commands, which GitHub shows as annotations of the files that they name. Where there
 * are more than it shows, the last says so.
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function renderAnnotations(
  { comparisons, missing }: GateOutcome,
  context: GateContext,
  costs?: CostComparison,
): string {
  const annotation = (file: string, title: string, lines: readonly string[]) =>
    `::error file=${file},title=${escapeProperty(title)}::${escapeData(lines.join('\n'))}\n`
  const all = [
    ...(costs && !costs.passed
      ? [
          annotation(fileOfCosts(costs), 'Gate: statistical metrics', [
            ...costNotes(costs),
            ...repeat(context),
          ]),
        ]
      : []),
    ...missing.map((one) => annotation('gate-budgets.yaml', `Gate: ${place(one)}`, [one.reason])),
    ...comparisons
      .filter(({ verdict }) => verdict === 'regressed')
      .map((one) => {
        const [first = ''] = one.reasons
        const file = FILES.find(({ phase }) => first.includes(phase))?.file ?? 'gate-budgets.yaml'
        const title = `Gate: ${one.scenario}, ${one.mode}: ${METRICS[one.metric].label}`
        return annotation(file, title, [sentence(one), ...one.reasons, ...repeat(context)])
      }),
  ]
  const more = all.length - MOST_ANNOTATIONS + 1
  if (more <= 1) return all.join('')
  const rest = annotation('gate-budgets.yaml', `Gate: ${more} failures more`, [
    `${more} failures more are in the job summary and in the report.`,
    ...repeat(context),
  ])
  return [...all.slice(0, MOST_ANNOTATIONS - 1), rest].join('')
}

/** The file of the engine that the first place of a regression lies in. */
function fileOfCosts({ verdicts }: CostComparison): string {
  const places = verdicts.flatMap(({ places = [] }) => places.map(({ place }) => place.split(' ')[0] ?? ''))
  return places.find((file) => file.startsWith('engine/')) ?? 'gate-budgets.yaml'
}

const escapeData = (text: string) =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const escapeProperty = (text: string) => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
