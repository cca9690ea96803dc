/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { ModeFigures } from '../analysis/mode-figures.ts'
import { PHASES } from '../analysis/vocabulary.ts'
import { formatDuration } from '../format/duration.ts'
import { formatCount, formatPercent, formatPerItem, NO_FIGURE } from '../format/number.ts'
import type { ScenarioResult } from '../result-schema.ts'
import { DataTable } from './data-table.tsx'

export function ResponseTimeTable({ modes }: { readonly modes: readonly ModeFigures[] }) {
  const time = (ms: number | null) => (ms === null ? NO_FIGURE : formatDuration(ms))
  return (
    <div class="card">
      <DataTable
        caption="API response times by mode and phase"
        quietCaption
        isText={(column) => column === 1}
        header={['mode', 'phase', 'p50', 'p90', 'p99', 'n']}
        rows={modes.flatMap((mode) =>
          [
            { label: 'all phases', times: mode.responseTimes },
            ...mode.phases.map((phase) => ({ label: phase.words.label, times: phase.responseTimes })),
          ].map(({ label, times }) => [
            mode.mode,
            label,
            time(times.p50),
            time(times.p90),
            time(times.p99),
            formatCount(times.samples),
          ]),
        )}
      />
    </div>
  )
}

/** Per unit of work, then by shape. */
export function RoundTripTables({ modes }: { readonly modes: readonly ModeFigures[] }) {
  const shapes = [...new Set(modes.flatMap((mode) => mode.roundTrips.shapes.map((one) => one.shape)))].sort()
  const names = modes.map((mode) => mode.mode)
  return (
    <div class="pair">
      <div class="card">
        <DataTable
          caption="Round trips for each unit of work"
          header={['for each', ...names]}
          rows={PHASES.flatMap(({ item, batchedShapes }, index) => [
            [
              `${item}: all`,
              ...modes.map((mode) => formatPerItem(mode.phases[index]?.roundTripsPerItem ?? null)),
            ],
            [
              `${item}: ${batchedShapes.join(' + ')}`,
              ...modes.map((mode) => formatPerItem(mode.phases[index]?.batchedWritesPerItem ?? null)),
            ],
          ])}
        />
      </div>
      <div class="card">
        <DataTable
          caption="Round trips by shape, with their time"
          header={['shape', ...names]}
          rows={shapes.map((shape) => [
            shape,
            ...modes.map((mode) => {
              const found = mode.roundTrips.shapes.find((one) => one.shape === shape)
              return found === undefined ? (
                NO_FIGURE
              ) : (
                <>
                  {formatCount(found.count)} <span class="quiet">{formatDuration(found.totalMs)}</span>
                </>
              )
            }),
          ])}
        />
      </div>
    </div>
  )
}

/** How many invocations each mode took, and how near the longest came to its budget. */
export function InvocationTable(props: {
  readonly columns: readonly ModeFigures[]
  readonly scenario: ScenarioResult
}) {
  const { budgetMs, unbounded } = props.scenario
  return (
    <div class="card">
      <DataTable
        caption="Invocations of each mode against their budget"
        quietCaption
        header={['mode', 'invocations', 'longest', 'budget', 'longest / budget']}
        rows={[
          ...props.columns.map((mode) => [
            mode.mode,
            formatCount(mode.invocations),
            formatDuration(mode.longestInvocationMs),
            formatDuration(budgetMs),
            formatPercent(mode.longestInvocationMs / budgetMs),
          ]),
          ...(unbounded === null
            ? []
            : [
                [
                  `${unbounded.mode}, for comparison without a budget`,
                  formatCount(unbounded.invocations),
                  formatDuration(unbounded.durationMs),
                  NO_FIGURE,
                  NO_FIGURE,
                ],
              ]),
        ]}
      />
    </div>
  )
}
