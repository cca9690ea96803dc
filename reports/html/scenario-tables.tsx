/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { ModeFigures } from '../analysis/mode-figures.ts'
import { PHASES } from '../analysis/vocabulary.ts'
import { formatDuration } from '../format/duration.ts'
import { formatCount, formatPercent, formatPerItem, NO_FIGURE } from '../format/number.ts'
import type { ScenarioResult } from '../result-schema.ts'
import { DataTable } from './data-table.tsx'

/** Round trips divided by what they are for. */
export function RoundTripTable({ modes }: { readonly modes: readonly ModeFigures[] }) {
  return (
    <div class="card">
      <DataTable
        caption="Round trips for each unit of work"
        sortable
        header={['for each', ...modes.map(({ mode }) => mode)]}
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
        sortable
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
