/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { FEW_SAMPLES } from '../analysis/api-figures.ts'
import type { ClaimRow } from '../analysis/claims.ts'
import { everyFigure } from '../analysis/every-figure.ts'
import { fastestOf } from '../analysis/headline.ts'
import type { ModeFigures } from '../analysis/mode-figures.ts'
import { columnsOf, type ScenarioFigures } from '../analysis/result-figures.ts'
import { bindingLabel } from '../analysis/vocabulary.ts'
import { formatCount, formatPercent, formatRatio } from '../format/number.ts'
import { formatWorkload } from '../format/provenance.ts'
import { ChartFigure } from './chart-figure.tsx'
import type { ChartSpec } from './chart-spec.ts'
import { DataTable } from './data-table.tsx'
import { InvocationTable, ResponseTimeTable, RoundTripTables } from './scenario-tables.tsx'
import { Problems, Sentences } from './verdict.tsx'

/** One scenario: modes side by side, by chart and by table. */
export function ScenarioSection(props: {
  readonly figures: ScenarioFigures
  readonly charts: readonly ChartSpec[]
  readonly index: number
  readonly clock: string
}) {
  const { scenario, modes, variants, problems, held, notes, claims } = props.figures
  const columns = columnsOf(props.figures)
  const id = `scenario-${props.index}`
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
      <h3>Modes side by side</h3>
      <div class="charts">
        {props.charts.map((spec) => (
          <ChartFigure spec={spec} note={spec.id.endsWith('limits') ? bindingNote(columns) : undefined} />
        ))}
      </div>
      <h3>Invocations and their budget</h3>
      <Sentences sentences={held.map((sentence) => `✓ ${sentence}`)} />
      <InvocationTable columns={columns} scenario={scenario} />
      <h3>API response times</h3>
      <p class="quiet">
        Attempts answered with 200, {props.clock}; of fewer than {FEW_SAMPLES} samples, p99 is hardly more
        than the slowest.
      </p>
      <ResponseTimeTable modes={columns} />
      <h3>Round trips</h3>
      <RoundTripTables modes={modes} />
      {claims.length > 0 && <ClaimDetails claims={claims} name={scenario.name} />}
      <details class="all">
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

function bindingNote(modes: readonly ModeFigures[]): string {
  const labels = modes.map((mode) => bindingLabel(mode.lowerBound.binding))
  if (new Set(labels).size === 1) return `What binds in every mode: ${labels[0]}.`
  return `What binds: ${modes.map((mode, index) => `${mode.mode} ${labels[index]}`).join(', ')}.`
}
