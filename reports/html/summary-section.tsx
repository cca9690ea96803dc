/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { headlineOf } from '../analysis/headline.ts'
import type { ModeFigures } from '../analysis/mode-figures.ts'
import { columnsOf, type ResultFigures, type ScenarioFigures } from '../analysis/result-figures.ts'
import { PHASES } from '../analysis/vocabulary.ts'
import { formatDuration } from '../format/duration.ts'
import { formatRatio } from '../format/number.ts'

/** What each mode gains in each scenario: to be understood in ten seconds, and without the script. */
export function SummarySection({
  figures,
  anchors,
}: {
  readonly figures: ResultFigures
  readonly anchors: readonly string[]
}) {
  return (
    <section aria-labelledby="summary">
      <h2 id="summary">Each scenario in short</h2>
      <p class="legend">
        <span>Length of a run by phase, {figures.clock}:</span>
        {PHASES.map(({ phase, label }) => (
          <span class="key">
            <i style={`background:var(--phase-${phase})`}></i>
            {label}
          </span>
        ))}
      </p>
      <div class="summaries">
        {figures.scenarios.map((scenario, index) => (
          <ScenarioSummary figures={scenario} anchor={anchors[index] ?? ''} />
        ))}
      </div>
    </section>
  )
}

function ScenarioSummary({
  figures,
  anchor,
}: {
  readonly figures: ScenarioFigures
  readonly anchor: string
}) {
  const { scenario, modes } = figures
  const columns = columnsOf(figures)
  const longest = Math.max(...columns.map((mode) => mode.duration.median))
  return (
    <article class="card summary">
      <h3>
        <a href={`#${anchor}`}>{scenario.title}</a>
      </h3>
      <p class="headline">{headlineOf(modes)}</p>
      <table class="bars">
        <caption class="visually-hidden">
          Duration and speed-up of each mode and variant: {scenario.name}
        </caption>
        <thead class="visually-hidden">
          <tr>
            <th scope="col">mode</th>
            <th scope="col">length</th>
            <th scope="col">duration</th>
            <th scope="col">speed-up, or failed items</th>
          </tr>
        </thead>
        <tbody>
          {columns.map((mode) => (
            <tr>
              <th scope="row">{mode.mode}</th>
              <td class="bar">
                <PhaseBar mode={mode} longest={longest} />
              </td>
              <td class="figure">{formatDuration(mode.duration.median)}</td>
              <td class={`figure gain${mode.output.failedItems > 0 ? ' failed' : ''}`}>
                {mode.output.failedItems > 0
                  ? `${mode.output.failedItems} failed`
                  : formatRatio(mode.speedUp)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </article>
  )
}

function PhaseBar({ mode, longest }: { readonly mode: ModeFigures; readonly longest: number }) {
  const percent = (ms: number) => (longest > 0 ? ((100 * ms) / longest).toFixed(2) : '0')
  return (
    <span class="phase-bar" aria-hidden="true">
      {mode.phases.map(({ phase, duration }) => (
        <i style={`width:${percent(duration.median)}%;background:var(--phase-${phase})`}></i>
      ))}
    </span>
  )
}
