import { formatQuantity } from '../format/number.ts'
import type { GateResult } from '../gate/gate-schema.ts'
import type { Companions } from '../html/render-html.tsx'
import type { VerifyResult } from '../verify/verify-schema.ts'
import { partOf } from './tier-story.ts'

export interface CompanionSentence {
  readonly state: 'good' | 'bad'
  readonly text: string
}

/** What verify and the gate say, one sentence each; none for what is not there. */
export function companionSentences({ verify = [], gate }: Companions): readonly CompanionSentence[] {
  return [...verify.map(safety), ...(gate ? [gateSentence(gate)] : [])]
}

function safety(result: VerifyResult): CompanionSentence {
  const { tier, verdict, hazards, cutShort } = result
  const part = verdict.rollOut ? null : partOf(result)
  if (part !== null) {
    return {
      state: 'bad',
      text: `Verify: tier ${tier} is not shown to be safe to roll out: ${part.run} of ${formatQuantity(part.promised, 'hazard')} run, and nothing violated in them.`,
    }
  }
  const promised = hazards.filter((hazard) => hazard.promised)
  const removed = promised.filter((hazard) => hazard.verdict === 'removed').length
  const counted = `${removed} of ${formatQuantity(promised.length, 'hazard')} shown without it and not found with it`
  const short = cutShort ? ', cut short by its time limit' : ''
  const reasons = verdict.rollOut ? '' : `: ${verdict.reasons.join('; ') || 'no reason is given'}`
  return {
    state: verdict.rollOut ? 'good' : 'bad',
    text: `Verify: tier ${tier} is ${verdict.rollOut ? 'safe' : 'not shown to be safe'} to roll out (${counted}${short})${reasons}.`,
  }
}

function gateSentence({ passed, comparisons, missing, context }: GateResult): CompanionSentence {
  const regressed = comparisons.filter((one) => one.verdict === 'regressed')
  const places = [
    ...new Set(regressed.map(({ scenario, mode, metric }) => `${scenario}, ${mode}: ${metric}`)),
  ]
  const wrong = [...places, ...missing.map(({ scenario, reason }) => `${scenario}: ${reason}`)]
  const shown = wrong.slice(0, 3).join('; ')
  const more = wrong.length > 3 ? `; and ${wrong.length - 3} more` : ''
  return {
    state: passed ? 'good' : 'bad',
    text: `Gate: ${passed ? 'passed' : 'failed'}, ${formatQuantity(comparisons.length, 'exact metric')} against ${context.baseline}${passed ? '' : `: ${shown}${more}`}.`,
  }
}
