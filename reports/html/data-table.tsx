/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx'

/**
 * A table whose first column heads its rows, in a region that scrolls sideways on a narrow screen. The page's
 * script makes the columns of a sortable one sort, offers every one as Markdown and CSV, and lets the keyboard
 * scroll those that are too wide.
 */
export function DataTable(props: {
  readonly caption: string
  readonly header: readonly string[]
  readonly rows: readonly (readonly Child[])[]
  /** Hides the caption where a heading says the same. */
  readonly quietCaption?: boolean
  /** Whether its rows are of one kind, so that there is sense in another order. */
  readonly sortable?: boolean
  /** Whether column `index` (from 1) is text, set to the left. @default figures, set to the right */
  readonly isText?: (index: number) => boolean
}) {
  const [rowHeader, ...columns] = props.header
  // Figures are the rule: it is the table that says so, and each cell that is an exception.
  const align = (column: number) => (props.isText?.(column + 1) ? 'text' : undefined)
  return (
    <div class="scroll">
      <table class="figures" data-sortable={props.sortable ? '' : undefined}>
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
    </div>
  )
}
