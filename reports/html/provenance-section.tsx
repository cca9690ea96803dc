/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { formatDuration } from '../format/duration.ts'
import { formatBytes } from '../format/number.ts'
import { formatCommit } from '../format/provenance.ts'
import type { BenchResult } from '../result-schema.ts'

/** Where the figures come from: what is modelled, on what it ran, and how to have them again. */
export function ProvenanceSection({ result }: { readonly result: BenchResult }) {
  const { environment } = result
  const { database } = environment
  const pairs = (record: Readonly<Record<string, string>>) =>
    Object.entries(record)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ') || 'none'
  return (
    <section aria-labelledby="provenance">
      <h2 id="provenance">Where these figures come from</h2>
      <div class="pair">
        <div class="card">
          <h3>What is modelled, not measured</h3>
          <ul>
            {result.modelled.map((sentence) => (
              <li>{sentence}</li>
            ))}
          </ul>
          <h3>To repeat it</h3>
          <pre>
            <code>{result.command}</code>
          </pre>
        </div>
        <div class="card">
          <h3>Environment</h3>
          <dl class="facts">
            <Fact term="tierbench" text={`${result.tierbench}, commit ${formatCommit(result)}`} />
            <Fact term="Clock" text={`${result.clock}; real time to run ${formatDuration(result.wallMs)}`} />
            <Fact term="Node" text={environment.node} />
            <Fact
              term="Machine"
              text={`${environment.cpu}, ${environment.cores} cores, ${formatBytes(environment.memoryBytes)}, ${environment.os}`}
            />
            <Fact term="Database" text={`PostgreSQL ${database.version}, ${database.source}`} />
            <Fact term="Settings" text={pairs(database.settings)} />
            <Fact term="Packages" text={pairs(environment.packages)} />
            {result.scenarios.map((scenario) => (
              <Fact term={scenario.name} text={`seed ${scenario.seed}, hash ${scenario.hash.slice(0, 12)}`} />
            ))}
          </dl>
        </div>
      </div>
    </section>
  )
}

function Fact(props: { readonly term: string; readonly text: string }) {
  return (
    <div>
      <dt>{props.term}</dt>
      <dd>{props.text}</dd>
    </div>
  )
}
