/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { raw } from 'hono/html'
import type { ResultFigures } from '../analysis/result-figures.ts'
import { storyHeadline, tierStories } from '../analysis/tier-story.ts'
import { formatCommit, formatSeeds, formatStart } from '../format/provenance.ts'
import type { GateResult } from '../gate/gate-schema.ts'
import type { VerifyResult } from '../verify/verify-schema.ts'
import { scenarioAnchors } from './anchors.ts'
import { readClient, readStyles } from './assets.ts'
import { drawnPart } from './charts/chart-spec.ts'
import { pack } from './packed-data.ts'
import { PlanSection } from './plan-section.tsx'
import { ProvenanceSection } from './provenance-section.tsx'
import { allCharts, scenarioCharts } from './scenario-charts.ts'
import { ScenarioSection } from './scenario-section.tsx'
import { StorySection } from './story-section.tsx'
import { SummarySection } from './summary-section.tsx'

/** Nothing is loaded from anywhere: the page says so to the browser, which then holds it to it. */
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'"

export function Page(props: {
  readonly figures: ResultFigures
  readonly verify: readonly VerifyResult[]
  readonly gate: GateResult | null
}) {
  const { result, scenarios, clock } = props.figures
  const anchors = scenarioAnchors(result.scenarios)
  const parts = scenarios.map((figures, index) => {
    const anchor = anchors[index] ?? ''
    return { figures, anchor, charts: scenarioCharts(figures, anchor, clock) }
  })
  const stories = tierStories(scenarios, props.verify)
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
          <h1>{storyHeadline(stories)}</h1>
          <dl class="meta">
            <Meta term="Clock" text={result.clock} />
            <Meta term="Seed" text={formatSeeds(result)} />
            <Meta term="Commit" text={formatCommit(result)} />
            <Meta term="Date" text={formatStart(result)} />
          </dl>
          <nav aria-label="Contents">
            <a href="#story">In short</a>
            {scenarios.some(({ claims }) => claims.length > 0) && <a href="#plan">The plan</a>}
            {parts.map(({ figures, anchor }) => (
              <a href={`#${anchor}`}>{figures.scenario.name}</a>
            ))}
            <a href="#provenance">Provenance</a>
          </nav>
        </header>
        <main id="main" tabindex={-1}>
          <StorySection figures={props.figures} stories={stories} gate={props.gate} />
          <SummarySection figures={props.figures} anchors={anchors} />
          <PlanSection figures={props.figures} />
          {parts.map(({ figures, charts, anchor }) => (
            <ScenarioSection figures={figures} charts={charts} anchor={anchor} clock={clock} />
          ))}
          <ProvenanceSection result={result} />
        </main>
        <footer>
          <p>
            tierbench {result.tierbench}. Rendered from the result file alone; times are of the {clock}.
          </p>
        </footer>
        <p id="notice" role="status" class="notice"></p>
        <noscript>
          <style>{raw('.canvas,.timeline>.quiet{display:none}')}</style>
        </noscript>
        {parts.map(({ charts, anchor }) => (
          <script type="text/plain" data-charts={anchor}>
            {raw(pack(allCharts(charts).map(drawnPart)))}
          </script>
        ))}
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
