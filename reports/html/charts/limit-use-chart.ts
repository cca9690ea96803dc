import { type LimitUses, SLICES } from '../../analysis/limit-use.ts'
import { limitLabel } from '../../analysis/vocabulary.ts'
import { formatCount, formatPercent, NO_FIGURE } from '../../format/number.ts'
import { durationUnit, SHARE_UNIT } from '../../format/value-unit.ts'
import { type ChartSpec, drawn } from './chart-spec.ts'

export interface ModeLimits {
  readonly mode: string
  readonly uses: LimitUses
}

/** How much of each limit was in use over a run; one view for each mode. Null where no limit was measured. */
export function limitUseChart(id: string, modes: readonly ModeLimits[], clock: string): ChartSpec | null {
  const measured = modes.filter(({ uses }) => uses.limits.length > 0)
  if (measured.length === 0) return null
  const unit = durationUnit(Math.max(...measured.map(({ uses }) => uses.durationMs)))
  const peakOf = ({ uses }: ModeLimits) => Math.max(...uses.limits.map(({ peak }) => peak))
  const refusedBy = ({ uses }: ModeLimits) => uses.refused.reduce((sum, count) => sum + count, 0)
  const tightest = measured.reduce((most, one) => (peakOf(one) > peakOf(most) ? one : most))
  const limited = measured.find((one) => refusedBy(one) > 0)
  return {
    id,
    title: 'Use of the limits over time',
    summary: measured
      .map(
        (one) =>
          `${one.mode}: at most ${formatPercent(peakOf(one))} of a limit in use, ${refusedBy(one)} attempts refused with 429`,
      )
      .join('; '),
    note: `The greatest use in each ${SLICES}th of the run. Above 100 % a bucket is in debt, as output is charged when an answer is complete.`,
    shape: 'lines',
    labels: [],
    stacked: false,
    horizontal: false,
    unit: SHARE_UNIT,
    axis: '% of the limit in use',
    x: { unit, axis: `${unit.label} from the start of the run, ${clock}`, stepped: true },
    views: measured.map(({ mode, uses }) => {
      const at = (slice: number) => drawn((slice * uses.durationMs) / SLICES, unit, 4)
      return {
        label: mode,
        series: [
          ...uses.limits.map(({ limit, slices }) => ({
            label: limitLabel(limit),
            colour: `--limit-${limit}`,
            values: slices.map((share, slice) => [at(slice), drawn(share, SHARE_UNIT, 4)] as const),
          })),
          ...(uses.refused.some((count) => count > 0)
            ? [
                {
                  label: '429s',
                  colour: '--figure-429',
                  style: 'marks' as const,
                  values: uses.refused.flatMap((count, slice) =>
                    count > 0 ? [[at(slice + 0.5), 100] as const] : [],
                  ),
                },
              ]
            : []),
        ],
      }
    }),
    firstView: measured.indexOf(limited ?? tightest),
    ends: null,
    table: {
      header: [
        'mode',
        'limit',
        'capacity',
        'refill a minute',
        'mean use',
        'greatest use',
        '429s of the mode',
      ],
      rows: measured.flatMap((one) =>
        one.uses.limits.map(({ limit, capacity, refillPerMinute, mean, peak }) => [
          one.mode,
          limitLabel(limit),
          formatCount(capacity),
          refillPerMinute === null ? NO_FIGURE : formatCount(refillPerMinute),
          formatPercent(mean),
          formatPercent(peak),
          formatCount(refusedBy(one)),
        ]),
      ),
    },
  }
}
