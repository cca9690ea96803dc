/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { ResultFigures } from '../analysis/result-figures.ts'
import { storyHeadline, tierStories } from '../analysis/tier-story.ts'
import { formatCommit, formatSeeds, formatStart } from '../format/provenance.ts'
import type { GateResult } from '../gate/gate-schema.ts'
import type { VerifyResult } from '../verify/verify-schema.ts'
import { scenarioAnchors } from './anchors.ts'
import { Document } from './document.tsx'
import { PlanSection } from './plan-section.tsx'
import { ProvenanceSection } from './provenance-section.tsx'
import { allCharts, scenarioCharts } from './scenario-charts.ts'
import { ScenarioSection } from './scenario-section.tsx'
import { StorySection } from './story-section.tsx'
import { SummarySection } from './summary-section.tsx'

/** The report of one result. */
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
    <Document
      title={scenarios.map(({ scenario }) => scenario.name).join(', ')}
      heading={<h1>{storyHeadline(stories)}</h1>}
      meta={[
        ['Clock', result.clock],
        ['Seed', formatSeeds(result)],
        ['Commit', formatCommit(result)],
        ['Date', formatStart(result)],
      ]}
      contents={[
        { anchor: 'story', text: 'In short' },
        ...(scenarios.some(({ claims }) => claims.length > 0) ? [{ anchor: 'plan', text: 'The plan' }] : []),
        ...parts.map(({ figures, anchor }) => ({ anchor, text: figures.scenario.name })),
        { anchor: 'provenance', text: 'Provenance' },
      ]}
      charts={parts.map(({ charts, anchor }) => ({ part: anchor, specs: allCharts(charts) }))}
      footer={`tierbench ${result.tierbench}. Rendered from the result file alone; times are of the ${clock}.`}
    >
      <StorySection figures={props.figures} stories={stories} gate={props.gate} />
      <SummarySection figures={props.figures} anchors={anchors} />
      <PlanSection figures={props.figures} />
      {parts.map(({ figures, charts, anchor }) => (
        <ScenarioSection figures={figures} charts={charts} anchor={anchor} clock={clock} />
      ))}
      <ProvenanceSection result={result} />
    </Document>
  )
}
