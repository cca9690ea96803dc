/** @jsxRuntime automatic @jsxImportSource hono/jsx */

/** A figure's title; the page's script puts a link to the figure and the copy actions beside it. */
export function FigureHeading(props: { readonly title: string; readonly note: string | null }) {
  return (
    <figcaption>
      <div class="title">
        <h4>{props.title}</h4>
      </div>
      {props.note !== null && <p class="quiet">{props.note}</p>}
    </figcaption>
  )
}
