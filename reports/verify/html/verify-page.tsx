/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { raw } from 'hono/html'
import { formatCommit, formatStart } from '../../format/provenance.ts'
import { adviceSentences } from '../advice-sentences.ts'
import type { RealCheck, VerifyResult } from '../verify-schema.ts'
import { HazardTable } from './hazard-table.tsx'
import { readVerifyClient, readVerifyStyles } from './verify-assets.ts'
import { VerifyProvenance } from './verify-provenance.tsx'
import { Violations } from './violations.tsx'

/** Nothing is loaded from anywhere: the page says so to the browser, which then holds it to it. */
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

export function VerifyPage({ result }: { readonly result: VerifyResult }) {
  const { tier, verdict, real } = result
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content={POLICY} />
        <meta name="color-scheme" content="light dark" />
        <title>{`Tier ${tier}: ${verdictWords(verdict.rollOut)}`}</title>
        <link rel="icon" href="data:," />
        <style>{raw(readVerifyStyles())}</style>
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the hazards
        </a>
        <header class="masthead">
          <div class="top">
            <p class="brand">tierbench verify</p>
            <button type="button" id="theme-toggle" hidden>
              Dark theme
            </button>
          </div>
          <Verdict result={result} />
          <dl class="meta">
            <Meta term="Schedules" text={`${result.schedules} for each hazard`} />
            <Meta term="Seed" text={String(result.seed)} />
            <Meta term="Commit" text={formatCommit(result)} />
            <Meta term="Date" text={formatStart(result)} />
          </dl>
          <nav aria-label="Contents">
            <a href="#hazards">Hazards</a>
            <a href="#violations">Violations</a>
            <a href="#rollout">Roll-out</a>
            {real && <a href="#real">Real processes</a>}
            <a href="#provenance">Provenance</a>
          </nav>
        </header>
        <main id="main" tabindex={-1}>
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
        </main>
        <footer>
          <p>
            tierbench {result.tierbench}. Rendered from verify.json alone; times in histories are of the
            virtual clock.
          </p>
        </footer>
        <script>{raw(readVerifyClient())}</script>
      </body>
    </html>
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

function Meta(props: { readonly term: string; readonly text: string }) {
  return (
    <div>
      <dt>{props.term}</dt>
      <dd>{props.text}</dd>
    </div>
  )
}
