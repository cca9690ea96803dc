/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { formatDuration } from '../../format/duration.ts'
import { formatBytes } from '../../format/number.ts'
import { formatCommit, formatFlags } from '../../format/provenance.ts'
import type { VerifyResult } from '../verify-schema.ts'

/** What was run on what, and how to have it again. */
export function VerifyProvenance({ result }: { readonly result: VerifyResult }) {
  const { environment, shard, cutShort } = result
  const { database } = environment
  const on = result.hazards.find(({ promised }) => promised)?.on.flags
  const facts: [string, string][] = [
    ['tierbench', `${result.tierbench}, commit ${formatCommit(result)}`],
    ...(on ? [['Flags on', formatFlags(on)] as [string, string]] : []),
    ...(shard ? [['Part', `${shard.index} of ${shard.of}`] as [string, string]] : []),
    ['Time', `${formatDuration(result.wallMs)} of real time${cutShort ? ', ended by its limit' : ''}`],
    ['Node', environment.node],
    [
      'Machine',
      `${environment.cpu}, ${environment.cores} cores, ${formatBytes(environment.memoryBytes)}, ${environment.os}`,
    ],
    ['Database', `PostgreSQL ${database.version}, ${database.source}`],
  ]
  return (
    <section aria-labelledby="provenance">
      <h2 id="provenance">Where this comes from</h2>
      <div class="pair">
        <div class="card">
          <h3>To repeat it</h3>
          <pre>
            <code>{result.command}</code>
          </pre>
          <h3>What it cannot show</h3>
          <ul>
            <li>That there is no violation: schedules are drawn, not enumerated.</li>
            <li>Rates are among the schedules that are drawn, not among those of production.</li>
            <li>What PostgreSQL does by itself inside a single statement, and other isolation levels.</li>
          </ul>
        </div>
        <div class="card">
          <h3>Environment</h3>
          <dl class="facts">
            {facts.map(([term, text]) => (
              <div>
                <dt>{term}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
        </div>
      </div>
    </section>
  )
}
