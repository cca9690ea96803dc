/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { formatQuantity } from '../format/number.ts'
import { DataTable } from '../html/data-table.tsx'
import { Document } from '../html/document.tsx'

/** What the page on a gate shows: everything as text. */
export interface GateReport {
  readonly passed: boolean
  /** How many metrics were compared. */
  readonly compared: number
  readonly baseline: string
  /** `<base>..<head>`. */
  readonly commits: string
  readonly command: string
  /** What has to be said before the figures, a sentence each: what is missing, what was compared instead. */
  readonly notes: readonly string[]
  /** What changed. */
  readonly rows: readonly GateRow[]
}

export interface GateRow {
  readonly verdict: string
  readonly scenario: string
  readonly mode: string
  readonly metric: string
  readonly before: string
  readonly after: string
  /** Where the change is, one sentence each. */
  readonly reasons: readonly string[]
}

/** The outcome of the gate as one HTML file that needs nothing beside it and no network. */
export function renderGateHtml(report: GateReport): string {
  const { passed, compared, baseline, commits, command, notes, rows } = report
  const page = (
    <Document
      title={`Performance gate: ${passed ? 'passed' : 'failed'}`}
      meta={[
        ['Baseline', baseline],
        ['Commits', commits],
        ['Repeat it', command],
      ]}
      footer="Durations are of the virtual clock: they are the same on every machine."
    >
      <section aria-labelledby="summary">
        <h2 id="summary">
          {rows.length === 0 ? 'Nothing changed' : `${rows.length} of ${compared} metrics changed`}
        </h2>
        <p class="lead">
          {formatQuantity(compared, 'metric')} compared with the baseline
          {rows.length === 0 ? ': each is exactly what it was.' : '.'}
        </p>
        {notes.map((note) => (
          <p class="lead">{note}</p>
        ))}
        {rows.length > 0 && (
          <DataTable
            caption="What changed, and where"
            sortable
            header={['scenario', 'mode', 'metric', 'verdict', 'before', 'after', 'where']}
            isText={(index) => index <= 3 || index === 6}
            rows={rows.map((row) => [
              row.scenario,
              row.mode,
              row.metric,
              row.verdict,
              row.before,
              row.after,
              row.reasons.map((reason) => <div>{reason}</div>),
            ])}
          />
        )}
      </section>
    </Document>
  )
  return `<!doctype html>\n${page.toString()}\n`
}
