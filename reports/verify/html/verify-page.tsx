/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { formatCommit, formatStart } from '../../format/provenance.ts'
import { Document } from '../../html/document.tsx'
import { adviceSentences } from '../advice-sentences.ts'
import type { RealCheck, VerifyResult } from '../verify-schema.ts'
import { HazardTable } from './hazard-table.tsx'
import { readVerifyClient, readVerifyStyles } from './verify-assets.ts'
import { VerifyProvenance } from './verify-provenance.tsx'
import { Violations } from './violations.tsx'

/** The verdict on a tier, and what it stands on. */
export function VerifyPage({ result }: { readonly result: VerifyResult }) {
  const { tier, verdict, real } = result
  return (
    <Document
      title={`Tier ${tier}: ${verdictWords(verdict.rollOut)}`}
      heading={<Verdict result={result} />}
      brand="tierbench verify"
      skipTo="the hazards"
      meta={[
        ['Schedules', `${result.schedules} for each hazard`],
        ['Seed', String(result.seed)],
        ['Commit', formatCommit(result)],
        ['Date', formatStart(result)],
      ]}
      contents={[
        { anchor: 'hazards', text: 'Hazards' },
        { anchor: 'violations', text: 'Violations' },
        { anchor: 'rollout', text: 'Roll-out' },
        ...(real ? [{ anchor: 'real', text: 'Real processes' }] : []),
        { anchor: 'provenance', text: 'Provenance' },
      ]}
      footer={`tierbench ${result.tierbench}. Rendered from verify.json alone; times in histories are of the virtual clock.`}
      styles={readVerifyStyles()}
      client={readVerifyClient()}
    >
      <HazardTable result={result} />
      <Violations result={result} />
      <section aria-labelledby="rollout">
        <h2 id="rollout">Before the flags are flipped</h2>
        <ul class="card plain">
          {adviceSentences(result).map((sentence) => (
            <Lead sentence={sentence} />
          ))}
        </ul>
      </section>
      {real && <RealChecks checks={real} />}
      <VerifyProvenance result={result} />
    </Document>
  )
}

function verdictWords(rollOut: boolean): string {
  return rollOut ? 'ROLL OUT' : 'DO NOT ROLL OUT'
}

function Verdict({ result: { tier, verdict } }: { readonly result: VerifyResult }) {
  return (
    <div class={`decision ${verdict.rollOut ? 'good' : 'bad'}`}>
      <p class="eyebrow">Tier {tier}</p>
      <h1>{verdict.rollOut ? 'Roll out' : 'Do not roll out'}</h1>
      <ul class="plain">
        {verdict.reasons.map((reason) => (
          <li>{reason}</li>
        ))}
      </ul>
    </div>
  )
}

/** What stands before the first colon carries the sentence. */
function Lead({ sentence }: { readonly sentence: string }) {
  const colon = sentence.indexOf(': ')
  return (
    <li>
      <strong>{sentence.slice(0, colon)}</strong>
      <span>{sentence.slice(colon + 2)}</span>
    </li>
  )
}

function RealChecks({ checks }: { readonly checks: readonly RealCheck[] }) {
  const tones = { passed: 'good', failed: 'bad', skipped: 'none' } as const
  return (
    <section aria-labelledby="real">
      <h2 id="real">Real processes, in real time</h2>
      <ul class="card plain">
        {checks.map(({ name, state, detail }) => (
          <li>
            <strong>
              <span class={`verdict ${tones[state]}`}>{state}</span>
            </strong>
            <span>
              {name}: {detail}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
