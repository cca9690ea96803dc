/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { ClaimRow } from '../analysis/claims.ts'
import { everyFigure } from '../analysis/every-figure.ts'
import { fastestOf } from '../analysis/headline.ts'
import type { ModeFigures } from '../analysis/mode-figures.ts'
import { columnsOf, type ScenarioFigures } from '../analysis/result-figures.ts'
import { bindingLabel } from '../analysis/vocabulary.ts'
import { formatCount, formatPercent, formatRatio } from '../format/number.ts'
import { formatWorkload } from '../format/provenance.ts'
import { ChartFigure } from './charts/chart-figure.tsx'
import type { ChartSpec } from './charts/chart-spec.ts'
import { TimelineFigure } from './charts/timeline-figure.tsx'
import { DataTable } from './data-table.tsx'
import { type ScenarioCharts, shownModes } from './scenario-charts.ts'
import { InvocationTable, RoundTripTable } from './scenario-tables.tsx'
import { Problems, Sentences } from './verdict.tsx'

/** One scenario: modes side by side, by chart and by table. */
export function ScenarioSection(props: {
  readonly figures: ScenarioFigures
  readonly charts: ScenarioCharts
  readonly anchor: string
  readonly clock: string
}) {
  const { scenario, modes, variants, problems, held, notes, claims } = props.figures
  const columns = columnsOf(props.figures)
  const { anchor: id, charts } = props
  return (
    <section aria-labelledby={id} class="scenario">
      <header>
        <p class="eyebrow">Scenario {scenario.name}</p>
        <h2 id={id}>{scenario.title}</h2>
        <p class="lead">{scenario.description}</p>
        <p class="quiet">
          {formatWorkload(scenario)}; {props.clock}. {notes.join(' ')}
        </p>
      </header>
      <Problems problems={problems} />
      <HeadlineFigures modes={modes} />
      {variants.map((group) => (
        <article class="card beside">
          <h3>The same with other flags</h3>
          <p class="quiet">{group.descriptions.join(' ')}</p>
          <Sentences sentences={group.findings} />
        </article>
      ))}
      <Part id={`${id}-durations`} title="Modes side by side" charts={charts.durations} />
      <Part id={`${id}-flag-by-flag`} title="What each flag brings" charts={charts.flags} />
      <h3 id={`${id}-run`}>What happened in a run</h3>
      <TimelineFigure id={`${id}-timeline`} modes={shownModes(props.figures)} clock={props.clock} />
      <h3 id={`${id}-invocations`}>Invocations and their budget</h3>
      <Sentences sentences={held.map((sentence) => `✓ ${sentence}`)} />
      <InvocationTable columns={columns} scenario={scenario} />
      <Part id={`${id}-requests`} title="Requests to Claude" charts={charts.requests} />
      <Part id={`${id}-database`} title="Round trips with the database" charts={charts.database} />
      <RoundTripTable modes={modes} />
      <Part id={`${id}-growth`} title="How it grows" charts={charts.scaling} />
      {claims.length > 0 && <ClaimDetails claims={claims} name={scenario.name} />}
      <details class="all" id={`${id}-every-figure`}>
        <summary>Every figure</summary>
        {everyFigure(columns).map((group) => (
          <DataTable
            caption={group.title}
            header={[`figure, times of the ${props.clock}`, ...columns.map((mode) => mode.mode)]}
            rows={group.figures.map((figure) => [figure.label, ...columns.map(figure.text)])}
          />
        ))}
        {scenario.checks.length > 0 && (
          <DataTable
            caption="Checks"
            sortable
            isText={() => true}
            header={['check', 'outcome', 'detail']}
            rows={scenario.checks.map((check) => [check.name, check.ok ? 'passed' : 'failed', check.detail])}
          />
        )}
      </details>
    </section>
  )
}

function ClaimDetails(props: { readonly claims: readonly ClaimRow[]; readonly name: string }) {
  return (
    <details class="all">
      <summary>Claims of the plan, in full</summary>
      <DataTable
        caption={`Claims of the plan: ${props.name}`}
        quietCaption
        sortable
        isText={() => true}
        header={['measured for it', 'expected', 'measured', 'verdict']}
        rows={props.claims.map((claim) => [
          <>
            {claim.subject}
            <span class="source">
              {claim.claim}, {claim.source}
            </span>
            {claim.note !== null && <span class="source">{claim.note}</span>}
          </>,
          claim.expected,
          claim.measured,
          claim.verdict,
        ])}
      />
    </details>
  )
}

function HeadlineFigures({ modes }: { readonly modes: readonly ModeFigures[] }) {
  const sequential = modes.find((mode) => mode.mode === 'sequential')
  const fastest = fastestOf(modes)
  const limited = modes.reduce<ModeFigures | null>(
    (most, mode) => (most === null || mode.api.rateLimited > most.api.rateLimited ? mode : most),
    null,
  )
  return (
    <dl class="tiles">
      {fastest !== null && (
        <Tile
          term="Greatest speed-up"
          figure={formatRatio(fastest.speedUp)}
          detail={`${fastest.mode} against sequential`}
        />
      )}
      {sequential !== undefined && (
        <Tile
          term="Database time"
          figure={formatPercent(sequential.databaseShare)}
          detail="of the sequential duration"
        />
      )}
      {fastest !== null && (
        <Tile
          term="Efficiency"
          figure={formatPercent(fastest.efficiency)}
          detail={`${fastest.mode}, bound by ${bindingLabel(fastest.lowerBound.binding)}`}
        />
      )}
      {limited !== null && (
        <Tile
          term="429s"
          figure={formatCount(limited.api.rateLimited)}
          detail={limited.api.rateLimited > 0 ? `in ${limited.mode}, the most of any mode` : 'in every mode'}
        />
      )}
    </dl>
  )
}

function Tile(props: { readonly term: string; readonly figure: string; readonly detail: string }) {
  return (
    <div class="card tile">
      <dt>{props.term}</dt>
      <dd>
        <span class="big">{props.figure}</span>
        <span class="quiet">{props.detail}</span>
      </dd>
    </div>
  )
}

/** A part of the section with charts; nothing where there are none. */
function Part(props: { readonly id: string; readonly title: string; readonly charts: readonly ChartSpec[] }) {
  if (props.charts.length === 0) return null
  return (
    <>
      <h3 id={props.id}>{props.title}</h3>
      <div class="charts">
        {props.charts.map((spec) => (
          <ChartFigure spec={spec} />
        ))}
      </div>
    </>
  )
}
