/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { COUNT_UNIT, durationUnit, type ValueUnit } from '../format/value-unit.ts'
import { ChartFigure } from '../html/charts/chart-figure.tsx'
import type { ChartSpec } from '../html/charts/chart-spec.ts'
import { DataTable } from '../html/data-table.tsx'
import { Document } from '../html/document.tsx'

/** One metric over the results of a history. */
export interface Trend {
  readonly scenario: string
  readonly mode: string
  readonly metric: string
  /** Unit of the values, for the axis. */
  readonly unit: string
  readonly values: readonly number[]
  /** The values as a reader sees them. */
  readonly texts: readonly string[]
  /** The result that it begins with. */
  readonly start: number
  /** Where its level changes, oldest first. */
  readonly changes: readonly TrendChange[]
  /** How it became worse than a single gate allows, in steps that it did; null where it did not. */
  readonly drift: TrendDrift | null
}

export interface TrendDrift {
  /** The result that the newest one is compared with. */
  readonly index: number
  readonly before: string
  readonly after: string
}

export interface TrendChange {
  /** The first result of the new level, among all results. */
  readonly index: number
  readonly before: string
  readonly after: string
  /** Whether the new level is the worse one. */
  readonly worse: boolean
  /** Share of shuffled series whose best split is at least as clear. */
  readonly pValue: number
}

export interface TrendReport {
  /** Each result: short commit and day. */
  readonly labels: readonly string[]
  /** Where series begin anew, and why. */
  readonly notes: readonly string[]
  /** Metrics that the newest result lacks, with the last result that had them. */
  readonly missing: readonly { readonly what: string; readonly last: number }[]
  /** Those with a change or a drift first. */
  readonly trends: readonly Trend[]
}

/** The history as one HTML file: what drifted, and a line for each metric that is not the same throughout. */
export function renderTrendHtml({ labels, notes, missing, trends }: TrendReport): string {
  const moving = trends.filter(({ values }) => new Set(values).size > 1)
  const charts = moving.map((trend, index) => chartOf(trend, labels, index))
  const drifted = trends.flatMap(({ drift, ...trend }) => (drift ? [{ trend, drift }] : []))
  const changes = trends.flatMap((trend) => trend.changes.map((change) => ({ trend, change })))
  const page = (
    <Document
      title="What drifted"
      meta={[
        ['Results', String(labels.length)],
        ['First', labels[0] ?? '-'],
        ['Last', labels.at(-1) ?? '-'],
      ]}
      charts={[{ part: 'main', specs: charts }]}
      footer="A change point is where the level of a metric changes: E-divisive with a permutation test. A result that is alone with its value is none."
    >
      {missing.length > 0 && (
        <section aria-labelledby="missing">
          <h2 id="missing">{missing.length} metrics are missing in the newest result</h2>
          <ul>
            {missing.map(({ what, last }) => (
              <li>
                {what}, last in {labels[last] ?? '-'}
              </li>
            ))}
          </ul>
        </section>
      )}
      {notes.length > 0 && (
        <section aria-labelledby="anew">
          <h2 id="anew">Where series begin anew</h2>
          <ul>
            {notes.map((note) => (
              <li>{note}</li>
            ))}
          </ul>
        </section>
      )}
      {drifted.length > 0 && (
        <section aria-labelledby="drift">
          <h2 id="drift">{drifted.length === 1 ? 'A metric' : `${drifted.length} metrics`} drifted</h2>
          <DataTable
            caption="Worse than a single gate allows, in steps each of which it did allow"
            sortable
            header={['scenario', 'mode', 'metric', 'since', 'then', 'now']}
            isText={(index) => index <= 3}
            rows={drifted.map(({ trend, drift }) => [
              trend.scenario,
              trend.mode,
              trend.metric,
              labels[drift.index] ?? '-',
              drift.before,
              drift.after,
            ])}
          />
        </section>
      )}
      <section aria-labelledby="changes">
        <h2 id="changes">{changes.length === 0 ? 'No change points' : `${changes.length} change points`}</h2>
        {changes.length > 0 && (
          <DataTable
            caption="Where the level of a metric changes"
            sortable
            header={['scenario', 'mode', 'metric', 'at', 'level before', 'level after', 'which is', 'p']}
            isText={(index) => index <= 3 || index === 6}
            rows={changes.map(({ trend, change }) => [
              trend.scenario,
              trend.mode,
              trend.metric,
              labels[change.index] ?? '-',
              change.before,
              change.after,
              change.worse ? 'worse' : 'better',
              change.pValue.toFixed(3),
            ])}
          />
        )}
      </section>
      <section aria-labelledby="trends">
        <h2 id="trends">
          {moving.length === 0 ? 'Every metric has been the same throughout' : 'Metrics that moved'}
        </h2>
        {[...new Set(moving.map(({ scenario }) => scenario))].map((scenario) => (
          <>
            <h3>{scenario}</h3>
            <div class="charts">
              {charts.flatMap((spec, index) =>
                moving[index]?.scenario === scenario ? [<ChartFigure spec={spec} />] : [],
              )}
            </div>
          </>
        ))}
      </section>
    </Document>
  )
  return `<!doctype html>\n${page.toString()}\n`
}

function chartOf(trend: Trend, labels: readonly string[], index: number): ChartSpec {
  const { scenario, mode, metric, unit, values, start, texts, changes } = trend
  const drawn: ValueUnit =
    unit === 'ms' ? durationUnit(Math.max(...values)) : { kind: 'number', per: 1, label: unit }
  return {
    id: `trend-${index}`,
    title: `${scenario}, ${mode}: ${metric}`,
    summary: `From ${texts[0] ?? '-'} to ${texts.at(-1) ?? '-'}, ${changes.length} change points`,
    note: null,
    shape: 'lines',
    labels: labels.map((label, at) => (changes.some((one) => one.index === at) ? `▲ ${label}` : label)),
    stacked: false,
    horizontal: false,
    unit: drawn,
    fromZero: false,
    axis: drawn.label,
    x: { unit: COUNT_UNIT, axis: 'result', stepped: false },
    views: [
      {
        label: '',
        series: [
          {
            label: metric,
            colour: '--figure-measured',
            values: values.map((value, at) => [start + at, value / drawn.per] as const),
          },
        ],
      },
    ],
    firstView: 0,
    ends: null,
    table: {
      header: ['result', metric],
      rows: labels.slice(start).map((label, at) => [label, texts[at] ?? '-']),
    },
  }
}
