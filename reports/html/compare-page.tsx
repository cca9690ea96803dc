/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Comparison } from '../analysis/comparison.ts'
import { type ComparisonStory, comparisonHeadline, comparisonStories } from '../analysis/comparison-story.ts'
import { comparisonTables, letterOf } from '../analysis/comparison-tables.ts'
import { formatQuantity } from '../format/number.ts'
import { scenarioAnchors } from './anchors.ts'
import { ChartFigure } from './charts/chart-figure.tsx'
import type { ChartSpec } from './charts/chart-spec.ts'
import { comparisonCharts } from './charts/comparison-charts.ts'
import { DataTable } from './data-table.tsx'
import { Document } from './document.tsx'

/** Results side by side as one HTML file that needs nothing beside it and no network. */
export function renderComparisonHtml(comparison: Comparison): string {
  const { results, clock, notes, scenarios } = comparison
  const anchors = scenarioAnchors(scenarios)
  const parts = scenarios.map((scenario, index) => {
    const anchor = anchors[index] ?? ''
    return { scenario, anchor, charts: comparisonCharts(anchor, scenario, results, clock) }
  })
  const stories = comparisonStories(comparison)
  const page = (
    <Document
      title={comparisonHeadline(stories)}
      meta={results.map(({ name, about }, index) => [letterOf(index), `${name} (${about})`])}
      contents={[
        { anchor: 'story', text: 'In short' },
        ...parts.map(({ scenario, anchor }) => ({ anchor, text: scenario.name })),
      ]}
      charts={[{ part: 'main', specs: parts.flatMap(({ charts }) => charts) }]}
      footer={`▲ better and ▼ worse than A; = the same. Times are of the ${clock}.`}
    >
      <section aria-labelledby="story" class="story">
        <h2 id="story" class="visually-hidden">
          In short
        </h2>
        <div class="tiers">
          {stories.map((story) => (
            <StoryCard story={story} />
          ))}
        </div>
        {notes.length > 0 && (
          <>
            <h3>What else differs</h3>
            <ul>
              {notes.map((note) => (
                <li>{note}</li>
              ))}
            </ul>
          </>
        )}
      </section>
      {parts.map((part) => (
        <ScenarioComparison {...part} results={results} />
      ))}
    </Document>
  )
  return `<!doctype html>\n${page.toString()}\n`
}

function StoryCard({ story }: { readonly story: ComparisonStory }) {
  const { letter, name, compared, better, worse, most } = story
  return (
    <article class="card tier">
      <h3>
        {letter} against A <span class="quiet">{name}</span>
      </h3>
      {compared === 0 ? (
        <p class="what">Nothing of it can be compared with A.</p>
      ) : (
        <>
          <p class="gain">
            <span class="big">
              {better} better, {worse} worse
            </span>
            <span class="quiet">
              of {formatQuantity(compared, 'figure')}; the other {compared - better - worse} are the same
            </span>
          </p>
          <p class="what">
            {most === null ? 'No duration end to end changed.' : `Most changed end to end: ${most}.`}
          </p>
        </>
      )}
    </article>
  )
}

function ScenarioComparison(props: {
  readonly scenario: Comparison['scenarios'][number]
  readonly anchor: string
  readonly charts: readonly ChartSpec[]
  readonly results: Comparison['results']
}) {
  const { scenario, anchor, charts, results } = props
  const { name, title, obstacles, notes } = scenario
  return (
    <section aria-labelledby={anchor} class="scenario">
      <header>
        <p class="eyebrow">Scenario {name}</p>
        <h2 id={anchor}>{title}</h2>
      </header>
      {obstacles.length + notes.length > 0 && (
        <ul>
          {obstacles.map((text) => (
            <li>
              <strong>Not compared:</strong> {text}
            </li>
          ))}
          {notes.map((text) => (
            <li>{text}</li>
          ))}
        </ul>
      )}
      {charts.length > 0 && (
        <>
          <h3 id={`${anchor}-pictures`}>Side by side</h3>
          <div class="charts">
            {charts.map((spec) => (
              <ChartFigure spec={spec} />
            ))}
          </div>
          <h3 id={`${anchor}-modes`}>Every figure, mode by mode</h3>
        </>
      )}
      {comparisonTables(scenario, results).map(({ title: mode, header, rows }) => (
        <details class="all" id={`${anchor}-${slug(mode)}`} open>
          <summary>{mode}</summary>
          <DataTable caption={`${name}, ${mode}`} header={header} rows={rows} quietCaption />
        </details>
      ))}
    </section>
  )
}

function slug(mode: string): string {
  return `mode-${mode.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`
}
