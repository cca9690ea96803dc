/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { INDEX_HEADER, type ResultIndex } from '../analysis/result-index.ts'
import { formatQuantity } from '../format/number.ts'
import { ChartFigure } from './charts/chart-figure.tsx'
import { historyChart } from './charts/history-chart.ts'
import { DataTable } from './data-table.tsx'
import { Document } from './document.tsx'

/** An index of results as one HTML file; it links to the reports beside them. */
export function renderIndexHtml({ results, unread, history, durations }: ResultIndex): string {
  const charts = durations.map((one, index) => historyChart(`durations-${index}`, one))
  const page = (
    <Document
      title="Results"
      meta={[
        ['Results', String(results.length)],
        ['First', results[0]?.about[1] ?? '-'],
        ['Last', results.at(-1)?.about[1] ?? '-'],
      ]}
      contents={[
        { anchor: 'results', text: 'All results' },
        ...(charts.length > 0 ? [{ anchor: 'durations', text: 'How durations went' }] : []),
        { anchor: 'history', text: 'Every mode' },
      ]}
      charts={[{ part: 'main', specs: charts }]}
      footer="Made from the result files alone; what is compared has the same workload, seed and clock."
    >
      <section aria-labelledby="results">
        <h2 id="results">All results</h2>
        <DataTable
          caption="All results, oldest first"
          quietCaption
          sortable
          header={INDEX_HEADER}
          rows={results.map(({ about: [name = '', ...cells], report }) => [
            report === null ? name : <a href={encodeURI(report)}>{name}</a>,
            ...cells,
          ])}
          isText={(index) => index < 5}
        />
        {unread.length > 0 && (
          <ul>
            {unread.map((text) => (
              <li>{text}</li>
            ))}
          </ul>
        )}
      </section>
      {charts.length > 0 && (
        <section aria-labelledby="durations">
          <h2 id="durations">How durations went</h2>
          <h3>End to end, each scenario that ran more than once</h3>
          <div class="charts">
            {charts.map((spec) => (
              <ChartFigure spec={spec} />
            ))}
          </div>
        </section>
      )}
      <section aria-labelledby="history">
        <h2 id="history">Every mode</h2>
        {history.map(({ title, header, rows, findings }, index) => (
          <details class="all" id={`history-${index}`}>
            <summary>
              {title} <span class="quiet">{formatQuantity(rows.length, 'result')}</span>
            </summary>
            <DataTable caption={`${title}, oldest first`} quietCaption sortable header={header} rows={rows} />
            {findings.map((text) => (
              <p>{text}</p>
            ))}
          </details>
        ))}
      </section>
    </Document>
  )
  return `<!doctype html>\n${page.toString()}\n`
}
