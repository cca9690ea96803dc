import { FEW_SAMPLES } from '../../analysis/api-figures.ts'
import { type LatencyDistribution, PERCENTILES } from '../../analysis/latency-distribution.ts'
import { PHASES } from '../../analysis/vocabulary.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatCount, NO_FIGURE } from '../../format/number.ts'
import { durationUnit, SHARE_UNIT } from '../../format/value-unit.ts'
import { type ChartSpec, drawn, modeColour } from './chart-spec.ts'

export interface ModeLatency {
  readonly mode: string
  readonly latency: LatencyDistribution
}

/** Answer times by percentile, and as the share of answers that took no longer. */
export function latencyCharts(
  id: string,
  modes: readonly ModeLatency[],
  clock: string,
): readonly ChartSpec[] {
  const greatest = Math.max(0, ...modes.flatMap(({ latency }) => latency.percentiles.map((ms) => ms ?? 0)))
  const unit = durationUnit(greatest)
  const summary = modes
    .map(({ mode, latency: { percentiles } }) => {
      const [p50, p99] = [percentiles[0], percentiles[4]]
      return `${mode}: p50 ${text(p50)}, p99 ${text(p99)}`
    })
    .join('; ')
  const shared = {
    summary,
    shape: 'lines',
    stacked: false,
    horizontal: false,
    firstView: 0,
    ends: null,
  } as const
  const fewest = Math.min(...modes.map(({ latency }) => latency.samples))
  return [
    {
      ...shared,
      id: `${id}-percentiles`,
      title: 'Response times by percentile',
      note:
        fewest < FEW_SAMPLES * 10
          ? 'A percentile beyond what there are samples for (p99 of 100, p99.9 of 1,000) is hardly more than the slowest answer.'
          : null,
      labels: PERCENTILES.map((one) => one.label),
      unit,
      axis: `${unit.label}, ${clock}`,
      x: {
        unit: { kind: 'count', per: 1, label: '' },
        axis: 'percentile of the attempts answered with 200',
        stepped: false,
      },
      views: [
        {
          label: '',
          series: modes.map(({ mode, latency }) => ({
            label: mode,
            colour: modeColour(mode),
            values: latency.percentiles.flatMap((ms, index) =>
              ms === null ? [] : [[index, drawn(ms, unit)] as const],
            ),
          })),
        },
      ],
      table: {
        header: ['mode', 'phase', 'answers', ...PERCENTILES.map(({ label }) => label)],
        rows: modes.flatMap(({ mode, latency }) =>
          [
            { label: 'all', ...latency },
            ...latency.phases.map((one, index) => ({ label: PHASES[index]?.label ?? one.phase, ...one })),
          ].map(({ label, samples, percentiles }) => [
            mode,
            label,
            formatCount(samples),
            ...percentiles.map(text),
          ]),
        ),
      },
    },
    {
      ...shared,
      id: `${id}-distribution`,
      title: 'Distribution of response times',
      note: null,
      labels: [],
      unit: SHARE_UNIT,
      axis: '% answered by then',
      x: { unit, axis: `${unit.label}, ${clock}`, stepped: false },
      views: [
        {
          label: '',
          series: modes.map(({ mode, latency }) => ({
            label: mode,
            colour: modeColour(mode),
            values: latency.curve.map(
              ([ms, share]) => [drawn(ms, unit, 4), drawn(share, SHARE_UNIT, 4)] as const,
            ),
          })),
        },
      ],
      table: {
        header: ['share of the answers', ...modes.map(({ mode }) => mode)],
        rows: (modes[0]?.latency.curve ?? []).flatMap(([, share], row) =>
          // Every tenth of the answers; the tail is in the table of percentiles.
          Math.abs(share * 10 - Math.round(share * 10)) < 1e-9
            ? [[`${Math.round(share * 100)} %`, ...modes.map(({ latency }) => text(latency.curve[row]?.[0]))]]
            : [],
        ),
      },
    },
  ]
}

function text(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? NO_FIGURE : formatDuration(ms)
}
