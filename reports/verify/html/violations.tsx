/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { HazardResult, VerifyFailure, VerifyResult } from '../verify-schema.ts'
import { TimelineTable } from './timeline-table.tsx'

/** The histories of violations: those with the flags on stand open, those that only show a hazard are folded. */
export function Violations({ result: { tier, hazards } }: { readonly result: VerifyResult }) {
  const on = hazards.filter(({ on }) => on.failures.length > 0)
  const off = hazards.filter(({ off }) => off.failures.length > 0)
  return (
    <section aria-labelledby="violations">
      <h2 id="violations">Violations</h2>
      {on.length > 0 && (
        <>
          <h3 class="side bad">With the flags of Tier {tier} on: what stands against it</h3>
          {on.map((hazard) => (
            <Failures hazard={hazard} failures={hazard.on.failures} open={true} />
          ))}
        </>
      )}
      {off.length > 0 ? (
        <>
          <h3 class="side">With the flags off: what each hazard looks like</h3>
          {off.map((hazard) => (
            <Failures hazard={hazard} failures={hazard.off.failures} open={false} />
          ))}
        </>
      ) : (
        on.length === 0 && <p class="lead">None was found.</p>
      )}
    </section>
  )
}

function Failures(props: {
  readonly hazard: HazardResult
  readonly failures: readonly VerifyFailure[]
  readonly open: boolean
}) {
  const { hazard, failures, open } = props
  return (
    <>
      {failures.map((failure) => (
        <details class="all violation" open={open}>
          <summary>
            <span class="id">{hazard.id}</span> {failure.invariant}
          </summary>
          <p>
            Expected: {failure.invariant}. Found: {failure.detail}.
          </p>
          <TimelineTable timeline={failure.timeline} label={`History of ${failure.name}`} />
          <p class="quiet">
            Schedule {failure.name}, shrunk from {failure.steps} to {failure.stepsShrunk} steps: the shrunk
            one is in {failure.file} beside this page. To have the whole one again:
          </p>
          <pre>
            <code>npm run verify -- --replay {failure.name}</code>
          </pre>
        </details>
      ))}
    </>
  )
}
