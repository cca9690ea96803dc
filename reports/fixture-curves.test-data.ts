/** Limits, ablation and scaling of the tests' result: plausible, by a few lines of arithmetic. */
import type { Ablation, RunPoint, ScalingCurve } from './curves-schema.ts'
import type { AttemptResult, LimitUseResult, Repetition, ResultFlags } from './repetition-schema.ts'

const TOKENS_PER_MINUTE = 40_000

/** A bucket of tokens that refills while the attempts take from it, and the requests under way. */
export function limitsOf(attempts: readonly AttemptResult[]): LimitUseResult[] {
  const moments = attempts
    .flatMap(({ startMs, endMs, status, inputTokens, outputTokens }) => [
      { atMs: startMs, tokens: inputTokens, underWay: status === 200 ? 1 : 0 },
      { atMs: endMs, tokens: outputTokens, underWay: status === 200 ? -1 : 0 },
    ])
    .sort((a, b) => a.atMs - b.atMs)
  const tokens: LimitUseResult['samples'] = []
  const concurrent: LimitUseResult['samples'] = []
  let [level, underWay, then] = [TOKENS_PER_MINUTE, 0, 0]
  for (const moment of moments) {
    level = Math.min(TOKENS_PER_MINUTE, level + ((moment.atMs - then) / 60_000) * TOKENS_PER_MINUTE)
    level -= moment.tokens
    underWay += moment.underWay
    then = moment.atMs
    tokens.push({ atMs: then, used: 1 - level / TOKENS_PER_MINUTE })
    concurrent.push({ atMs: then, used: underWay / 4 })
  }
  return [
    { limit: 'tokens', capacity: TOKENS_PER_MINUTE, refillPerMinute: TOKENS_PER_MINUTE, samples: tokens },
    { limit: 'concurrent', capacity: 4, refillPerMinute: null, samples: concurrent },
  ]
}

function pointOf(run: Repetition, factor = 1): RunPoint {
  return {
    durationMs: run.durationMs * factor,
    roundTrips: Math.round(run.roundTrips.reduce((sum, group) => sum + group.count, 0) * factor),
    calls: run.calls.length,
    attempts: run.attempts.length,
    refused429: run.attempts.filter((attempt) => attempt.status === 429).length,
    waitMs: run.waits.reduce((sum, wait) => sum + wait.endMs - wait.startMs, 0) * factor,
    costUsd: run.costUsd,
    failedItems: run.output.failedItems,
    lowerBoundMs: run.lowerBound.ms,
    efficiency: run.lowerBound.ms / (run.durationMs * factor),
  }
}

const TIERS = { batchWrites: 1, atomicLog: 1, optimisticLocking: 2, transactions: 2 } as const

/** Each flag of `last` in turn: alone it brings a part of what it is said to bring. */
export function ablationOf(first: Repetition, last: Repetition, all: ResultFlags): Ablation {
  const none: ResultFlags = {
    batchWrites: false,
    atomicLog: false,
    optimisticLocking: false,
    transactions: false,
    parallelUploads: 1,
    parallelEpics: 1,
    rateGovernor: false,
  }
  let flags = none
  const names = Object.keys(none) as (keyof ResultFlags)[]
  const steps = names.map((name, index): Ablation['steps'][number] => {
    const value = all[name]
    flags = { ...flags, [name]: value }
    const isParallel = name === 'parallelUploads' || name === 'parallelEpics'
    const isNeeded = ['atomicLog', 'optimisticLocking', 'transactions'].includes(name)
    const share = (index + 1) / names.length
    return {
      flag: value === true ? name : `${name}=${value}`,
      tier: TIERS[name as keyof typeof TIERS] ?? 3,
      flags,
      alone: isParallel ? null : pointOf(first, 1 - 0.02 * index),
      aloneRefused: isParallel ? `${name} above 1 without transactions loses counter increments` : null,
      added: index === names.length - 1 ? pointOf(last) : pointOf(first, 1 - share * 0.5),
      without: isNeeded ? null : pointOf(last, 1.1),
      withoutRefused: isNeeded ? `parallelUploads above 1 without ${name} loses log lines` : null,
    }
  })
  return { base: pointOf(first), steps }
}

/** A workload that grows in two modes, and parallel mode with more at once. */
export function scalingOf(first: Repetition, last: Repetition): ScalingCurve[] {
  const scale = (mode: string, run: Repetition): ScalingCurve => ({
    axis: 'scale',
    mode,
    points: [1, 2, 4, 8].map((value) => ({ value, ...pointOf(run, value) })),
  })
  return [
    scale('sequential', first),
    scale('parallel', last),
    {
      axis: 'concurrency',
      mode: 'parallel',
      points: [1, 2, 3, 4, 6, 8].map((value) => ({ value, ...pointOf(last, 0.3 + 2 / value) })),
    },
  ]
}
