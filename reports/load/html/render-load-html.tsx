/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { formatCommit, formatFlags, formatStart } from '../../format/provenance.ts'
import { ChartFigure } from '../../html/charts/chart-figure.tsx'
import type { ChartSpec } from '../../html/charts/chart-spec.ts'
import { DataTable } from '../../html/data-table.tsx'
import { Document } from '../../html/document.tsx'
import { Problems, Sentences } from '../../html/verdict.tsx'
import type { Knee, Load, LoadResult } from '../load-schema.ts'
import {
  databaseLine,
  formatArrivals,
  formatMode,
  formatRate,
  generatorLine,
  kneeSentence,
  kneeTable,
  type LoadTable,
  loadTables,
  machineLine,
  runLines,
  verdicts,
} from '../load-tables.ts'
import { setting } from '../render-load-terminal.ts'
import { kneeCharts } from './knee-charts.ts'
import { loadCharts } from './load-charts.ts'
import { statementLine, statementTable } from './statement-table.ts'

/** The result as one HTML file that needs nothing beside it and no network. */
export function renderLoadHtml(result: LoadResult): string {
  const { loads, knees, notes } = result
  const parts = loads.map((load, index) => {
    const anchor = `load-${index + 1}`
    return { load, anchor, charts: loadCharts(anchor, load) }
  })
  const limits = kneeCharts(knees, result.setting.objectiveMs)
  const page = (
    <Document
      title={headline(result)}
      brand="tierbench load"
      meta={[
        ['Loaded', setting(result)],
        ['Time scale', `${result.setting.timeScale} times production speed`],
        ['Seed', String(result.setting.seed)],
        ['Commit', formatCommit(result)],
        ['Date', formatStart(result)],
      ]}
      contents={[
        ...(knees.length > 0 ? [{ anchor: 'limit', text: 'The limit' }] : []),
        ...parts.map(({ load, anchor }) => ({ anchor, text: formatMode(load) })),
        { anchor: 'notes', text: 'What is what' },
      ]}
      charts={[{ part: 'main', specs: [...limits, ...parts.flatMap(({ charts }) => charts)] }]}
      footer={`tierbench ${result.tierbench}. Rendered from load.json alone. Times and rates are of production; CPU, memory, the database and the network are not scaled.`}
    >
      {knees.length > 0 && <LimitSection knees={knees} charts={limits} />}
      {parts.map((part) => (
        <LoadSection {...part} />
      ))}
      <section aria-labelledby="notes">
        <h2 id="notes">What is scaled, modelled or not measured</h2>
        <Sentences sentences={notes} />
        <p>
          Again: <code>{result.command}</code>
        </p>
      </section>
    </Document>
  )
  return `<!doctype html>\n${page.toString()}\n`
}

/** What a reader takes away. */
function headline({ loads, knees }: LoadResult): string {
  if (knees.length > 0) {
    const held = knees
      .filter(({ kneePerSecond }) => kneePerSecond !== null)
      .sort((one, other) => (other.kneePerSecond ?? 0) - (one.kneePerSecond ?? 0))
    const [most, least] = [held[0], held.at(-1)]
    if (!most || !least) return 'No rate that was tried held'
    const rate = (knee: Knee) => `${formatMode(knee)} ${formatRate(knee.kneePerSecond ?? 0)}`
    return most === least ? `Held: ${rate(most)}` : `Held: ${rate(most)}, ${rate(least)}`
  }
  const broken = loads.flatMap(brokenOf)
  const completed = loads.reduce((sum, { runs }) => sum + runs.completed, 0)
  const offered = loads.reduce((sum, { runs }) => sum + runs.offered, 0)
  return `${completed} of ${offered} runs completed${broken.length > 0 ? `; ${broken.length} checks failed` : ''}`
}

function brokenOf(load: Load): string[] {
  return verdicts(load).flatMap(({ held, text }) => (held === false ? [text] : []))
}

function LimitSection({
  knees,
  charts,
}: {
  readonly knees: readonly Knee[]
  readonly charts: readonly ChartSpec[]
}) {
  return (
    <section aria-labelledby="limit">
      <h2 id="limit">How many users it holds</h2>
      <Sentences sentences={knees.map((knee) => `${formatMode(knee)}: ${kneeSentence(knee)}`)} />
      <h3>As more arrive</h3>
      <Charts specs={charts} />
      {knees.map((knee) => (
        <Table table={kneeTable(knee)} />
      ))}
    </section>
  )
}

function LoadSection(props: {
  readonly load: Load
  readonly anchor: string
  readonly charts: readonly ChartSpec[]
}) {
  const { load, anchor, charts } = props
  const passed = verdicts(load).filter(({ held }) => held !== false)
  return (
    <section aria-labelledby={anchor} class="scenario">
      <header>
        <p class="eyebrow">{formatArrivals(load.arrivals)}</p>
        <h2 id={anchor}>{formatMode(load)}</h2>
      </header>
      <Problems problems={[...brokenOf(load), ...load.warnings]} />
      <Sentences
        sentences={[
          ...(load.flags ? [`Flags: ${formatFlags(load.flags)}`] : []),
          ...runLines(load),
          ...load.disturbances.map(({ what }) => `Disturbed: ${what}`),
          ...passed.map(({ held, text }) => `${held === null ? '·' : '✓'} ${text}`),
        ]}
      />
      <h3>Over its time</h3>
      <Charts specs={charts} />
      <h3>In figures</h3>
      {[...loadTables(load), statementTable(load)].map((table) => (
        <Table table={table} />
      ))}
      <Sentences
        sentences={[databaseLine(load), statementLine(load), machineLine(load), generatorLine(load)].flatMap(
          (line) => line ?? [],
        )}
      />
    </section>
  )
}

function Charts({ specs }: { readonly specs: readonly ChartSpec[] }) {
  return (
    <div class="charts">
      {specs.map((spec) => (
        <ChartFigure spec={spec} />
      ))}
    </div>
  )
}

function Table({ table: { title, header, rows } }: { readonly table: LoadTable }) {
  if (rows.length === 0) return null
  return (
    <div class="card beside">
      <DataTable
        caption={title}
        header={header}
        rows={rows}
        sortable
        isText={(column) => rows.some((row) => !/^[\d–][^:]*$/.test(row[column] ?? ''))}
      />
    </div>
  )
}
