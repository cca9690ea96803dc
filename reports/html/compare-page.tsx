/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Comparison } from '../analysis/comparison.ts'
import { comparisonTables, letterOf } from '../analysis/comparison-tables.ts'
import { INDEX_HEADER, type ResultIndex } from '../analysis/result-index.ts'
import { DataTable } from './data-table.tsx'
import { TablePage } from './table-page.tsx'

/** Results side by side as one HTML file that needs nothing beside it and no network. */
export function renderComparisonHtml({ results, notes, scenarios }: Comparison): string {
  return document(
    <TablePage
      title="Results compared"
      contents={scenarios.map(({ name }, index) => ({ anchor: `scenario-${index}`, text: name }))}
    >
      <section aria-labelledby="results">
        <h2 id="results">What is compared</h2>
        <ul>
          {results.map(({ name, about }, index) => (
            <li>
              <strong>{letterOf(index)}</strong>: {name} ({about})
            </li>
          ))}
          {notes.map((note) => (
            <li>{note}</li>
          ))}
        </ul>
        <p>▲ better and ▼ worse than A; = the same.</p>
      </section>
      {scenarios.map((scenario, index) => (
        <section aria-labelledby={`scenario-${index}`}>
          <h2 id={`scenario-${index}`}>
            {scenario.name}: {scenario.title}
          </h2>
          <ul>
            {scenario.obstacles.map((text) => (
              <li>
                <strong>Not compared:</strong> {text}
              </li>
            ))}
            {scenario.notes.map((text) => (
              <li>{text}</li>
            ))}
          </ul>
          {comparisonTables(scenario, results).map(({ title, header, rows }) => (
            <>
              <h3>{title}</h3>
              <DataTable caption={`${scenario.name}, ${title}`} header={header} rows={rows} quietCaption />
            </>
          ))}
        </section>
      ))}
    </TablePage>,
  )
}

/** An index of results as one HTML file; it links to the reports beside them. */
export function renderIndexHtml({ results, unread, history }: ResultIndex): string {
  return document(
    <TablePage
      title="Results"
      contents={history.map(({ title }, index) => ({ anchor: `history-${index}`, text: title }))}
    >
      <section aria-labelledby="results">
        <h2 id="results">All results</h2>
        <DataTable
          caption="All results, oldest first"
          header={INDEX_HEADER}
          rows={results.map(({ about: [name = '', ...cells], report }) => [
            report === null ? name : <a href={encodeURI(report)}>{name}</a>,
            ...cells,
          ])}
          isText={(index) => index < 5}
        />
        <ul>
          {unread.map((text) => (
            <li>{text}</li>
          ))}
        </ul>
      </section>
      {history.map(({ title, header, rows, findings }, index) => (
        <section aria-labelledby={`history-${index}`}>
          <h2 id={`history-${index}`}>{title}</h2>
          <DataTable caption={`${title}, oldest first`} header={header} rows={rows} quietCaption />
          {findings.map((text) => (
            <p>{text}</p>
          ))}
        </section>
      ))}
    </TablePage>,
  )
}

function document(page: { toString(): string }): string {
  return `<!doctype html>\n${page.toString()}\n`
}
