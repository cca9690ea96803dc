/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { DataTable } from '../data-table.tsx'
import type { ChartSpec } from './chart-spec.ts'
import { FigureHeading } from './figure-heading.tsx'

/** A chart, and under it the same figures as a table. */
export function ChartFigure({ spec }: { readonly spec: ChartSpec }) {
  return (
    <figure class="card chart" id={spec.id}>
      <FigureHeading title={spec.title} note={spec.note} />
      <div class="canvas" style={`height:${heightOf(spec)}px`}>
        <canvas role="img" aria-label={`${spec.title}. ${spec.summary}.`}></canvas>
      </div>
      <details>
        <summary>Figures</summary>
        <DataTable
          caption={spec.title}
          quietCaption
          sortable
          header={spec.table.header}
          rows={spec.table.rows}
          isText={(column) => spec.table.rows.every((row) => !/^[\d$–−±+]/.test(row[column] ?? ''))}
        />
      </details>
    </figure>
  )
}

/** Room for each bar, for the legend and for the axis: a canvas has no height of its own, px. */
function heightOf({ horizontal, labels, stacked, views }: ChartSpec): number {
  if (!horizontal) return 300
  const series = views[0]?.series.length ?? 1
  const floating = views[0]?.series.some(({ values }) => values.some(Array.isArray)) ?? false
  const each = stacked || floating ? 38 : Math.max(40, 13 * series)
  return 100 + labels.length * each
}
