/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx'

/** A table whose first column heads its rows, in a region that scrolls sideways on a narrow screen. */
export function DataTable(props: {
  readonly caption: string
  readonly header: readonly string[]
  readonly rows: readonly (readonly Child[])[]
  /** Hides the caption where a heading says the same. */
  readonly quietCaption?: boolean
  /** Whether column `index` (from 1) is text, set to the left. @default figures, set to the right */
  readonly isText?: (index: number) => boolean
}) {
  const [rowHeader, ...columns] = props.header
  const align = (column: number) => (props.isText?.(column + 1) ? 'text' : 'figure')
  return (
    <section class="scroll" tabindex={0} aria-label={props.caption}>
      <table>
        <caption class={props.quietCaption ? 'visually-hidden' : undefined}>{props.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{rowHeader}</th>
            {columns.map((column, index) => (
              <th scope="col" class={align(index)}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map(([head, ...cells]) => (
            <tr>
              <th scope="row">{head}</th>
              {cells.map((cell, index) => (
                <td class={align(index)}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
