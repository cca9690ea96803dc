/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import { readClient, readStyles } from './assets.ts'

/** Nothing is loaded from anywhere: the page says so to the browser, which then holds it to it. */
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'"

/** A page of tables without charts, in the styles of the report. */
export function TablePage(props: {
  readonly title: string
  readonly contents: readonly { readonly anchor: string; readonly text: string }[]
  readonly children?: Child
}) {
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
          <nav aria-label="Contents">
            {props.contents.map(({ anchor, text }) => (
              <a href={`#${anchor}`}>{text}</a>
            ))}
          </nav>
        </header>
        <main id="main" tabindex={-1}>
          {props.children}
        </main>
        <p id="notice" role="status" class="notice"></p>
        <script>{raw(readClient())}</script>
      </body>
    </html>
  )
}
