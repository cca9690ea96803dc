import type { Builder } from 'junit-report-builder'
import type { CostComparison } from './compare-costs.ts'
import type { StatisticalVerdict } from './judge.ts'
import { STATISTICAL_METRICS, type StatisticalMetricName } from './metrics.ts'
import type { Quality, QualityOf } from './quality.ts'

const percent = (share: number, digits = 1) => `${(share * 100).toFixed(digits)} %`
const signed = (share: number) => `${share < 0 ? '−' : '+'}${percent(Math.abs(share))}`

/** A value in its unit. */
export function formatCost(metric: StatisticalMetricName, value: number): string {
  switch (STATISTICAL_METRICS[metric].unit) {
    case 'ms':
      return `${value.toFixed(value < 10 ? 2 : 0)} ms`
    case 'bytes':
      return value < 2 ** 20 ? `${(value / 2 ** 10).toFixed(1)} KiB` : `${(value / 2 ** 20).toFixed(1)} MiB`
  }
}

/** A verdict as a sentence. */
export function costSentence(one: StatisticalVerdict): string {
  const { metric, base, head, change, low, high, pairs, threshold, p } = one
  const values = `${formatCost(metric, base)} → ${formatCost(metric, head)}`
  const interval = `${signed(change)} within pairs, 95 % interval ${signed(low)} to ${signed(high)}`
  const text = `${STATISTICAL_METRICS[metric].label} ${values} (${interval}; ${pairs} pairs, p = ${p.toFixed(4)}); ${percent(threshold)} is allowed`
  switch (one.verdict) {
    case 'OK':
      return text
    case 'REGRESSED':
      return `${text}; confirmed by ${one.confirmation?.pairs} fresh pairs: ${signed(one.confirmation?.change ?? 0)}${placesText(one)}`
    case 'INCONCLUSIVE':
      return [
        text,
        ...(one.confirmation
          ? [`not confirmed by ${one.confirmation.pairs} fresh pairs: ${signed(one.confirmation.change)}`]
          : []),
        `a change of ${signed(one.detectable)} would have been seen in 95 % of such measurements`,
      ].join('; ')
  }
}

function placesText({ metric, places = [] }: StatisticalVerdict): string {
  const texts = places.map(
    ({ place, base, head }) => `${place} (${formatCost(metric, base)} → ${formatCost(metric, head)})`,
  )
  return texts.length > 0 ? `; by a profile of each, most more in ${texts.join(', ')}` : ''
}

const SYMBOL = { REGRESSED: '✗', INCONCLUSIVE: '?', OK: '·' } as const

/** Whether the whole interval lies below 0: it became better, as surely as pairs show. */
const isBetter = ({ verdict, high }: StatisticalVerdict) => verdict === 'OK' && high < 0

/** Between which commits it became worse, and the command that shows it again. */
export interface CostContext {
  readonly commits: string
  readonly command: string
}

/** The statistical metrics for a terminal or a log. */
export function renderCostText(
  costs: CostComparison,
  quality: Quality | undefined,
  { commits, command }: CostContext,
): string {
  const { passed, verdicts, elapsedMs } = costs
  const counted = (verdict: string) => verdicts.filter((one) => one.verdict === verdict).length
  return [
    `${passed ? '✓ PASSED' : '✗ FAILED'}: ${verdicts.length} statistical metrics (${counted('REGRESSED')} regressed, ${counted('OK')} OK, ${counted('INCONCLUSIVE')} inconclusive), ${(elapsedMs / 1_000).toFixed(0)} s of real time`,
    ...verdicts.map(
      (one) => `${isBetter(one) ? '▲' : SYMBOL[one.verdict]} ${one.verdict} ${costSentence(one)}`,
    ),
    ...(passed ? [] : [`Commits: ${commits}`, `Repeat it: ${command}`]),
    qualityLine(quality),
    '',
  ].join('\n')
}

/** The statistical metrics as Markdown. */
export function renderCostMarkdown(costs: CostComparison, quality: Quality | undefined): string {
  const rows = costs.verdicts.map((one) => {
    const { metric, base, head, change, low, high, threshold } = one
    const cells = [
      isBetter(one) ? '▲' : { REGRESSED: '❌', INCONCLUSIVE: '❔', OK: '' }[one.verdict],
      STATISTICAL_METRICS[metric].label,
      formatCost(metric, base),
      formatCost(metric, head),
      `${signed(change)} (${signed(low)} to ${signed(high)})`,
      percent(threshold),
      one.verdict,
    ]
    return `| ${cells.join(' | ')} |`
  })
  const notes = costNotes(costs)
  return [
    `#### ${costs.passed ? '✅' : '❌'} Statistical metrics: ${costs.passed ? 'passed' : 'failed'}`,
    '',
    '| | metric | base | head | change (95 % interval) | allowed | verdict |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    ...(notes.length > 0 ? ['', ...notes.map((note) => `- ${note}`)] : []),
    '',
    qualityLine(quality),
    '',
  ].join('\n')
}

/** What is not OK, a sentence each. */
export function costNotes({ verdicts }: CostComparison): string[] {
  return verdicts
    .filter(({ verdict }) => verdict !== 'OK')
    .map((one) => `${one.verdict}: ${costSentence(one)}.`)
}

/**
 * Adds a test case for each statistical metric. What is inconclusive is skipped: neither passed nor failed.
 * @param repeat Between which commits it is, and the command that shows it again.
 */
export function addCostSuite(
  builder: Builder,
  { verdicts }: CostComparison,
  repeat: readonly string[],
): void {
  const suite = builder.testSuite().name('tierbench gate: statistical metrics')
  for (const one of verdicts) {
    const testCase = suite.testCase().className('statistical').name(STATISTICAL_METRICS[one.metric].label)
    if (one.verdict === 'REGRESSED') testCase.failure([costSentence(one), ...repeat].join('\n'), 'regressed')
    if (one.verdict === 'INCONCLUSIVE') testCase.skipped().standardOutput(costSentence(one))
  }
}

/** How good the gate itself is, as far as it was measured. */
export function qualityLine(quality: Quality | undefined): string {
  if (!quality) return 'Quality of this gate: not measured (npm run gate:quality measures it).'
  const { kinds, machines, from, to, caughtIn95Percent } = quality
  const least =
    caughtIn95Percent === null
      ? 'no change was caught in 95 % of 20 or more tries yet'
      : `the smallest change caught in 95 % of tries: ${signed(caughtIn95Percent)}`
  const when = from === to ? from : `${from} to ${to}`
  return `Quality of this gate, as measured: ${kinds.map(kindText).join('; ')}; ${least} (${when}; ${machines.join('; ')}).`
}

function kindText({ burn, alarms: { count, of, atMost } }: QualityOf): string {
  return burn === 0
    ? `${count} false alarms in ${of} gates of a commit against itself (at most ${percent(atMost)} with 95 % confidence)`
    : `${signed(burn)} CPU time caught in ${count} of ${of}`
}
