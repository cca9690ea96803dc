/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { raw } from 'hono/html'
import type { ResultFigures } from '../analysis/result-figures.ts'
import { formatCommit, formatSeeds, formatStart } from '../format/provenance.ts'
import { readChartLibrary, readClient, readStyles } from './assets.ts'
import { jsonForScript } from './chart-spec.ts'
import { PlanSection } from './plan-section.tsx'
import { ProvenanceSection } from './provenance-section.tsx'
import { scenarioCharts } from './scenario-charts.ts'
import { ScenarioSection } from './scenario-section.tsx'
import { SummarySection } from './summary-section.tsx'

/** Nothing is loaded from anywhere: the page says so to the browser, which then holds it to it. */
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

export function Page({ figures }: { readonly figures: ResultFigures }) {
  const { result, scenarios, clock } = figures
  const charts = scenarios.map((scenario, index) => scenarioCharts(scenario, index, clock))
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content={POLICY} />
        <meta name="color-scheme" content="light dark" />
        <title>{`tierbench: ${scenarios.map(({ scenario }) => scenario.name).join(', ')}`}</title>
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
          <h1>What each tier gains</h1>
          <dl class="meta">
            <Meta term="Clock" text={result.clock} />
            <Meta term="Seed" text={formatSeeds(result)} />
            <Meta term="Commit" text={formatCommit(result)} />
            <Meta term="Date" text={formatStart(result)} />
          </dl>
          <nav aria-label="Contents">
            <a href="#summary">In short</a>
            {scenarios.some(({ claims }) => claims.length > 0) && <a href="#plan">The plan</a>}
            {scenarios.map(({ scenario }, index) => (
              <a href={`#scenario-${index}`}>{scenario.name}</a>
            ))}
            <a href="#provenance">Provenance</a>
          </nav>
        </header>
        <main id="main" tabindex={-1}>
          <SummarySection figures={figures} />
          <PlanSection figures={figures} />
          {scenarios.map((scenario, index) => (
            <ScenarioSection figures={scenario} charts={charts[index] ?? []} index={index} clock={clock} />
          ))}
          <ProvenanceSection result={result} />
        </main>
        <footer>
          <p>
            tierbench {result.tierbench}. Rendered from the result file alone; times are of the {clock}.
          </p>
        </footer>
        <noscript>
          <style>{raw('.canvas{display:none}')}</style>
        </noscript>
        <script type="application/json" id="chart-data">
          {raw(jsonForScript(charts.flat()))}
        </script>
        <script>{raw(readChartLibrary())}</script>
        <script>{raw(readClient())}</script>
      </body>
    </html>
  )
}

function Meta(props: { readonly term: string; readonly text: string }) {
  return (
    <div>
      <dt>{props.term}</dt>
      <dd>{props.text}</dd>
    </div>
  )
}
