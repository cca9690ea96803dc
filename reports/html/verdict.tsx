/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { ClaimVerdict } from '../analysis/claims.ts'
import type { VerdictSentence } from '../analysis/verdict-sentences.ts'

const TONES = {
  'as expected': 'good',
  'better than expected': 'good',
  'less than expected': 'less',
  'not measured': 'none',
  'no figure in the plan': 'none',
} satisfies Record<ClaimVerdict, string>

/** A verdict as a word with a mark: never by colour alone. */
export function VerdictLabel({ verdict }: { readonly verdict: ClaimVerdict }) {
  return <span class={`verdict ${TONES[verdict]}`}>{verdict}</span>
}

export function VerdictList({ verdicts }: { readonly verdicts: readonly VerdictSentence[] }) {
  return (
    <ul class="verdicts">
      {verdicts.map(({ verdict, text }) => {
        // The words before the first colon carry the verdict; the rest is why.
        const colon = text.indexOf(': ')
        return (
          <li class={TONES[verdict]}>
            {colon > 0 && colon < 32 && <strong>{text.slice(0, colon)}. </strong>}
            {colon > 0 && colon < 32 ? capital(text.slice(colon + 2)) : text}
          </li>
        )
      })}
    </ul>
  )
}

/** Sentences that carry no verdict. */
export function Sentences({ sentences }: { readonly sentences: readonly string[] }) {
  return (
    <ul class="sentences">
      {sentences.map((sentence) => (
        <li>{sentence}</li>
      ))}
    </ul>
  )
}

/** What must be seen before any figure. */
export function Problems({ problems }: { readonly problems: readonly string[] }) {
  if (problems.length === 0) return null
  return (
    <ul class="problems">
      {problems.map((problem) => (
        <li>{problem}</li>
      ))}
    </ul>
  )
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
