/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import { readClient, readStyles } from './assets.ts'
import { type ChartSpec, drawnPart } from './charts/chart-spec.ts'
import { pack } from './packed-data.ts'

/** Nothing is loaded from anywhere: the page says so to the browser, which then holds it to it. */
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'"

/** A self-contained page in the style of the bench's report: a heading, some terms, sections, charts. */
export function Document(props: {
  readonly title: string
  readonly meta: readonly (readonly [term: string, text: string])[]
  /** Links to the parts of a long page. @default none */
  readonly contents?: readonly { readonly anchor: string; readonly text: string }[]
  /** @default none */
  readonly charts?: readonly ChartSpec[]
  readonly footer: string
  readonly children?: Child
}) {
  const { contents = [], charts = [] } = props
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content={POLICY} />
        <meta name="color-scheme" content="light dark" />
        <title>{`tierbench: ${props.title}`}</title>
        <link rel="icon" href="data:," />
        <style>{raw(readStyles())}</style>
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the figures
        </a>
        <header class="masthead">
          <div class="top">
            <p class="brand">tierbench</p>
            <button type="button" id="theme-toggle" hidden>
              Dark theme
            </button>
          </div>
          <h1>{props.title}</h1>
          <dl class="meta">
            {props.meta.map(([term, text]) => (
              <div>
                <dt>{term}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
          {contents.length > 0 && (
            <nav aria-label="Contents">
              {contents.map(({ anchor, text }) => (
                <a href={`#${anchor}`}>{text}</a>
              ))}
            </nav>
          )}
        </header>
        <main id="main" tabindex={-1}>
          {props.children}
        </main>
        <footer>
          <p>{props.footer}</p>
        </footer>
        <noscript>
          <style>{raw('.canvas{display:none}')}</style>
        </noscript>
        <p id="notice" role="status" class="notice"></p>
        {charts.length > 0 && (
          <script type="text/plain" data-charts="main">
            {raw(pack(charts.map(drawnPart)))}
          </script>
        )}
        <script>{raw(readClient())}</script>
      </body>
    </html>
  )
}
