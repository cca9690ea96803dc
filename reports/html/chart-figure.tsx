/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { ChartSpec } from './chart-spec.ts'
import { DataTable } from './data-table.tsx'

/** A chart, and under it the same figures as a table. */
export function ChartFigure({
  spec,
  note,
}: {
  readonly spec: ChartSpec
  readonly note?: string | undefined
}) {
  // Room for each bar, for the legend and for the axis: a canvas has no height of its own.
  const height = spec.horizontal ? 96 + spec.labels.length * (spec.stacked ? 40 : 46) : 280
  return (
    <figure class="card chart">
      <figcaption>
        <h4>{spec.title}</h4>
        {note !== undefined && <p class="quiet">{note}</p>}
      </figcaption>
      <div class="canvas" style={`height:${height}px`}>
        <canvas id={spec.id} role="img" aria-label={`${spec.title}. ${spec.summary}.`}></canvas>
      </div>
      <details>
        <summary>Figures</summary>
        <DataTable
          caption={spec.title}
          quietCaption
          header={[
            spec.rowHeader,
            ...spec.series.map((series) => series.label),
            ...(spec.ends ? [spec.ends.header] : []),
          ]}
          rows={spec.labels.map((label, index) => [
            label,
            ...spec.series.map((series) => series.texts[index]),
            ...(spec.ends ? [spec.ends.texts[index]] : []),
          ])}
        />
      </details>
    </figure>
  )
}
