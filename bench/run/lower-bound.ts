import type { AttemptResult, CallResult, LowerBound } from '../../reports/index.ts'
import type { Scenario } from '../../scenarios/index.ts'
import { roundMs } from '../instrument/index.ts'

interface ServedCall {
  readonly phase: CallResult['phase']
  readonly item: string
  /** How long the answer took when the API served it, ms. */
  readonly servedMs: number
  readonly inputTokens: number
  readonly outputTokens: number
}

/**
 * The shortest time in which an engine with these phases could make these calls under these limits: the
 * largest of
 * - the critical path: the slowest card analysis, then the slowest chain of an epic's story generation
 *   and one of its subtask generations (epics are grouped over all cards, so they wait for the last);
 * - the calls' time divided by the requests that may be under way at once;
 * - for each token bucket, what has to be refilled beyond the initial burst, divided by the refill.
 *   Output is charged when it is complete and may overdraw the bucket, so that the answers that are under
 *   way when the last request is admitted need no refill: the largest of the last phase, since whatever
 *   leads to a later request has been answered by then. And that last request takes its time, too.
 * The database and the engine's own work count as nothing. Derivation: docs/metrics.md.
 */
export function lowerBound(
  scenario: Scenario,
  calls: readonly CallResult[],
  attempts: readonly AttemptResult[],
): LowerBound {
  const served = servedCalls(calls, attempts)
  const { limits } = scenario.claude
  const atOnce = Math.min(limits.concurrentRequests ?? Number.POSITIVE_INFINITY, served.length)
  const last = served.filter((call) => call.phase === 'subtask-generation')
  const shortest = Math.min(...last.map((call) => call.servedMs))
  const sum = (amount: (call: ServedCall) => number) =>
    served.reduce((total, call) => total + amount(call), 0)
  const overdraft = largest(
    last.map((call) => call.outputTokens),
    atOnce,
  )
  const refill = (need: number, perMinute: number | undefined) =>
    perMinute === undefined || need <= perMinute ? 0 : ((need - perMinute) / perMinute) * 60_000 + shortest
  const input = sum((call) => call.inputTokens)
  const output = sum((call) => call.outputTokens)
  const parts = {
    'critical-path': criticalPath(served),
    concurrency:
      limits.concurrentRequests === undefined ? 0 : sum((call) => call.servedMs) / limits.concurrentRequests,
    requests: refill(served.length, limits.requestsPerMinute),
    'input-tokens': refill(input, limits.inputTokensPerMinute),
    'output-tokens': refill(output - overdraft, limits.outputTokensPerMinute),
    tokens: refill(input + output - overdraft, limits.tokensPerMinute),
  }
  const names = Object.keys(parts) as (keyof typeof parts)[]
  const binding = names.reduce((best, name) => (parts[name] > parts[best] ? name : best))
  return {
    ms: roundMs(parts[binding]),
    binding,
    parts: Object.fromEntries(names.map((name) => [name, roundMs(parts[name])])),
  }
}

function servedCalls(calls: readonly CallResult[], attempts: readonly AttemptResult[]): ServedCall[] {
  const byCall = new Map(calls.map((call) => [call.id, call]))
  return attempts.flatMap((attempt) => {
    const call = byCall.get(attempt.call)
    if (!call || attempt.status !== 200) return []
    const { inputTokens, outputTokens } = attempt
    return [
      {
        phase: call.phase,
        item: call.item,
        servedMs: attempt.endMs - attempt.startMs,
        inputTokens,
        outputTokens,
      },
    ]
  })
}

function criticalPath(served: readonly ServedCall[]): number {
  const ofPhase = (phase: ServedCall['phase']) => served.filter((call) => call.phase === phase)
  const chains = ofPhase('story-generation').map((epic) => {
    const number = epic.item.replace('epic ', '')
    const stories = ofPhase('subtask-generation').filter((story) => story.item.startsWith(`story ${number}.`))
    return epic.servedMs + Math.max(0, ...stories.map((story) => story.servedMs))
  })
  return Math.max(0, ...ofPhase('card-analysis').map((call) => call.servedMs)) + Math.max(0, ...chains)
}

function largest(values: readonly number[], count: number): number {
  return [...values]
    .sort((a, b) => b - a)
    .slice(0, count)
    .reduce((sum, value) => sum + value, 0)
}
