import type { WaterfallStep } from '../../analysis/waterfall.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatRatio, NO_FIGURE } from '../../format/number.ts'
import { durationUnit, formatIn } from '../../format/value-unit.ts'
import type { Ablation } from '../../result-schema.ts'
import { barChart, type ChartSpec, drawn } from './chart-spec.ts'

/** Where the time goes from the first step to the last: what each takes off, or puts on. */
export function waterfallChart(
  id: string,
  steps: readonly WaterfallStep[],
  clock: string,
  words: { readonly title: string; readonly rowHeader: string },
): ChartSpec {
  const [base, ...others] = steps
  const last = steps[steps.length - 1]
  if (base === undefined || last === undefined) throw new Error('expected a step or more, got none')
  const unit = durationUnit(Math.max(...steps.map(({ durationMs }) => durationMs)))
  const before = (index: number) => steps[index]?.durationMs ?? 0
  const span = (from: number, to: number) => [drawn(from, unit), drawn(to, unit)] as const
  const changes = others.map(({ durationMs }, index) => durationMs - before(index))
  const labels = [base.label, ...others.map(({ label }) => `+ ${label}`), 'all together']
  return {
    id,
    ...words,
    summary: `${formatDuration(base.durationMs)} at first; ${others
      .map(({ label }, index) => `${label}: ${changeText(changes[index] ?? 0)}`)
      .join('; ')}; ${formatDuration(last.durationMs)} in the end`,
    note: null,
    shape: 'bars',
    labels,
    stacked: false,
    horizontal: true,
    unit,
    axis: `duration in ${unit.label}, ${clock}`,
    x: null,
    views: [
      {
        label: '',
        series: [
          {
            label: 'duration',
            colour: '--figure-measured',
            values: labels.map((_, index) =>
              index === 0
                ? span(0, base.durationMs)
                : index === labels.length - 1
                  ? span(0, last.durationMs)
                  : null,
            ),
          },
          {
            label: 'taken off',
            colour: '--figure-saved',
            values: [
              null,
              ...others.map(({ durationMs }, i) =>
                durationMs <= before(i) ? span(durationMs, before(i)) : null,
              ),
              null,
            ],
          },
          {
            label: 'put on',
            colour: '--figure-added',
            values: [
              null,
              ...others.map(({ durationMs }, i) =>
                durationMs > before(i) ? span(before(i), durationMs) : null,
              ),
              null,
            ],
          },
        ],
      },
    ],
    firstView: 0,
    ends: [
      formatDuration(base.durationMs),
      ...changes.map((change) => changeText(change)),
      formatDuration(last.durationMs),
    ],
    table: {
      header: [words.rowHeader, 'change', 'duration after it', 'against the first'],
      rows: [
        [base.label, NO_FIGURE, formatDuration(base.durationMs), NO_FIGURE],
        ...others.map(({ label, durationMs }, index) => [
          label,
          changeText(changes[index] ?? 0),
          formatDuration(durationMs),
          formatRatio(base.durationMs / durationMs),
        ]),
      ],
    },
  }
}

function changeText(ms: number): string {
  if (ms === 0) return '±0'
  return ms > 0 ? `+${formatIn('duration', ms)}` : formatIn('duration', ms)
}

/** What each flag takes off by itself, when it is added in order, and when all the others are there. */
export function flagChart(id: string, { base, steps }: Ablation, clock: string): ChartSpec {
  const all = steps[steps.length - 1]?.added.durationMs ?? base.durationMs
  const before = (index: number) => steps[index - 1]?.added.durationMs ?? base.durationMs
  const alone = steps.map((step) => (step.alone === null ? null : base.durationMs - step.alone.durationMs))
  const added = steps.map((step, index) => before(index) - step.added.durationMs)
  const without = steps.map((step) => (step.without === null ? null : step.without.durationMs - all))
  const refused = steps.map(({ aloneRefused, withoutRefused }) =>
    [
      ...(aloneRefused === null ? [] : [`alone: ${aloneRefused}`]),
      ...(withoutRefused === null ? [] : [`without it: ${withoutRefused}`]),
    ].join('; '),
  )
  const values = [...alone, ...added, ...without].map((value) => Math.abs(value ?? 0))
  const unit = durationUnit(Math.max(...values))
  return barChart({
    id,
    title: 'What each flag takes off',
    summary: steps
      .map(({ flag }, index) => `${flag}: ${formatIn('duration', added[index] ?? 0)} when added in order`)
      .join('; '),
    note: refused.every((reason) => reason === '')
      ? null
      : 'Where a bar is missing, that set of flags is refused as unsafe: the table says why.',
    rowHeader: 'flag',
    labels: steps.map(({ flag }) => flag),
    horizontal: true,
    unit,
    axis: `time taken off in ${unit.label}, ${clock}`,
    series: [
      { label: 'alone, on tier 0', colour: '--figure-calls', values: alone },
      { label: 'added in order', colour: '--figure-saved', values: added },
      { label: 'to all the others', colour: '--figure-wasted', values: without },
    ],
    beside: { header: 'refused as unsafe', texts: refused.map((reason) => reason || NO_FIGURE) },
  })
}
