/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { formatCount } from '../../format/number.ts'
import { CONFIDENCE_NOTE, percent, verdictText } from '../hazard-sentences.ts'
import type { HazardResult, VerifyResult, VerifySide } from '../verify-schema.ts'

const TONES = {
  removed: 'good',
  violated: 'bad',
  'not-shown': 'less',
  'not-run': 'less',
  'not-promised': 'none',
} satisfies Record<HazardResult['verdict'], string>

/** Each hazard with the flags off and on: what was found, and what the schedules leave possible. */
export function HazardTable({ result }: { readonly result: VerifyResult }) {
  const { tier, hazards } = result
  return (
    <section aria-labelledby="hazards">
      <h2 id="hazards">Hazards</h2>
      <p class="lead">
        Off: the flags of Tier {tier} without those that remove the hazard, on the same schedules. A hazard
        that is not shown there is no pass.
      </p>
      <section class="card scroll" tabindex={0} aria-label="Each hazard with the flags off and on">
        <table class="hazards">
          <caption class="visually-hidden">Each hazard with the flags off and on</caption>
          <thead>
            <tr>
              <th scope="col">Hazard</th>
              <th scope="col">Flags off</th>
              <th scope="col">Tier {tier}</th>
              <th scope="col">Result</th>
            </tr>
          </thead>
          <tbody>
            {hazards.map((hazard) => (
              <HazardRow hazard={hazard} tier={tier} />
            ))}
          </tbody>
        </table>
      </section>
      <p class="quiet note">{CONFIDENCE_NOTE}</p>
    </section>
  )
}

function HazardRow({ hazard, tier }: { readonly hazard: HazardResult; readonly tier: number }) {
  return (
    <tr>
      <th scope="row">
        <span class="hazard">
          <span class="id">{hazard.id}</span>
          <span>
            {capital(hazard.title)}
            <span class="source">removed by {hazard.removedBy.join(', ')}</span>
          </span>
        </span>
      </th>
      <td data-label="Flags off">
        <Side side={hazard.off} />
      </td>
      <td data-label={`Tier ${tier}`}>
        {hazard.promised ? <Side side={hazard.on} /> : <span class="quiet">as with the flags off</span>}
      </td>
      <td>
        <span class={`verdict ${TONES[hazard.verdict]}`}>{capital(verdictText(hazard))}</span>
      </td>
    </tr>
  )
}

function Side({ side }: { readonly side: VerifySide }) {
  const { schedules, violated, atMost, broken } = side
  if (schedules === 0 && broken.length === 0) return <span class="quiet">not run</span>
  return (
    <>
      <span class="measured">
        {formatCount(violated)} <span class="of">of {formatCount(schedules)}</span>
      </span>
      <span class="source">{violated === 0 ? `at most ${percent(atMost)}` : 'violated'}</span>
      {broken.length > 0 && <span class="source broken">{formatCount(broken.length)} came to no end</span>}
    </>
  )
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
