/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import { readClient, readStyles } from './assets.ts'
import { type ChartSpec, drawnPart } from './charts/chart-spec.ts'
import { pack } from './packed-data.ts'

/** Nothing is loaded from anywhere: the page says so to the browser, which then holds it to it. */
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'"

/** A self-contained page: a heading, some terms, sections, charts. What every page of ours is. */
export function Document(props: {
  /** In the title bar, after `tierbench: `. */
  readonly title: string
  /** What stands at the top. @default the title */
  readonly heading?: Child
  /** @default tierbench */
  readonly brand?: string
  /** What the reader of a screen can skip to. @default the figures */
  readonly skipTo?: string
  readonly meta: readonly (readonly [term: string, text: string])[]
  /** Links to the parts of a long page. @default none */
  readonly contents?: readonly { readonly anchor: string; readonly text: string }[]
  /** By the name under which they are packed: a part is unpacked as a whole. @default none */
  readonly charts?: readonly { readonly part: string; readonly specs: readonly ChartSpec[] }[]
  readonly footer: string
  /** @default the styles of all pages */
  readonly styles?: string
  /** @default the script of all pages, with Chart.js */
  readonly client?: string
  readonly children?: Child
}) {
  const { contents = [], charts = [], brand = 'tierbench', skipTo = 'the figures' } = props
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content={POLICY} />
        <meta name="color-scheme" content="light dark" />
        <title>{`tierbench: ${props.title}`}</title>
        <link rel="icon" href="data:," />
        <style>{raw(props.styles ?? readStyles())}</style>
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to {skipTo}
        </a>
        <header class="masthead">
          <div class="top">
            <p class="brand">{brand}</p>
            <button type="button" id="theme-toggle" hidden>
              Dark theme
            </button>
          </div>
          {props.heading ?? <h1>{props.title}</h1>}
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
          <style>{raw('.canvas,.timeline>.quiet{display:none}')}</style>
        </noscript>
        <p id="notice" role="status" class="notice"></p>
        {charts.map(({ part, specs }) => (
          <script type="text/plain" data-charts={part}>
            {raw(pack(specs.map(drawnPart)))}
          </script>
        ))}
        <script>{raw(props.client ?? readClient())}</script>
      </body>
    </html>
  )
}
