/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Timeline } from '../verify-schema.ts'

/** A history with a column for each actor; on a narrow screen a row names its actor instead. */
export function TimelineTable(props: { readonly timeline: Timeline; readonly label: string }) {
  const { columns, steps, hidden } = props.timeline
  return (
    <section class="scroll" tabindex={0} aria-label={props.label}>
      <table class="timeline">
        <caption class="visually-hidden">{props.label}</caption>
        <thead>
          <tr>
            <th scope="col">ms</th>
            {columns.map((column) => (
              <th scope="col">{column}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => (
            <tr class={`${step.kind}${step.wrong ? ' wrong' : ''}`}>
              <th scope="row">{step.atMs.toFixed(0)}</th>
              {columns.map((column, index) =>
                index === step.column ? (
                  <td data-actor={column}>
                    {step.wrong && <strong class="mark">Here it goes wrong</strong>}
                    {step.kind === 'fault' && <strong>Fault: </strong>}
                    {step.text}
                  </td>
                ) : (
                  <td></td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {hidden > 0 && <p class="quiet note">{hidden} further steps are not shown: the replay has them.</p>}
    </section>
  )
}
