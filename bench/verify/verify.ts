import { TIER_FLAGS, type Tier } from '../../engine/index.ts'
import { type HazardResult, upperBound, type VerifyFailure, type VerifySide } from '../../reports/index.ts'
import type { DatabaseServer } from '../environment/index.ts'
import { HAZARDS, type Hazard, hazardOf } from './hazards/index.ts'
import type { HazardId } from './plan.ts'
import type { SavedSchedule } from './saved-schedule.ts'
import { formatName, type ScheduleName, type Side, seedOf } from './schedule.ts'
import { hazardVerdict } from './verdict.ts'
import type { ScheduleOutcome } from './worker-messages.ts'
import { WorkerPool } from './worker-pool.ts'

export interface VerifySetting {
  readonly server: DatabaseServer
  readonly tier: Tier
  readonly seed: number
  /** Schedules for each hazard with the flags on. */
  readonly schedules: number
  /** Which hazards. */
  readonly hazards: readonly HazardId[]
  /** Only every `of`th schedule, from the `index`th on (from 1). */
  readonly shard: { readonly index: number; readonly of: number } | null
  /** No schedule is begun after this, real ms. */
  readonly timeLimitMs: number
  readonly workers: number
  readonly signal: AbortSignal
  /** Told how many of how many schedules have ended. */
  readonly onProgress: (done: number, total: number) => void
}

/** What was found, and the schedules to save. */
export interface VerifyOutcome {
  readonly hazards: HazardResult[]
  readonly saved: ReadonlyMap<string, SavedSchedule>
  readonly cutShort: boolean
}

/** Enough to show a hazard; to look further for what is known to be there would be a waste. */
export const MOST_SCHEDULES_OFF = 100
/** Handed to a worker at once: few enough that all end at about the same time. */
const BATCH = 5
/** Failures of a hazard that are shrunk and explained: with the flags off one shows it. */
const EXPLAINED = { off: 1, on: 3 } as const
/** Simpler plans that are tried for a failure. */
const TRIES = { off: 60, on: 200 } as const

/** Explores the schedules of a tier, flags off and on, in worker processes. */
export async function verifyTier(setting: VerifySetting): Promise<VerifyOutcome> {
  const { server, tier, signal } = setting
  const names = scheduleNames(setting)
  const outcomes = new Map<string, ScheduleOutcome>()
  const failures: { readonly side: string; readonly failure: VerifyFailure }[] = []
  const saved = new Map<string, SavedSchedule>()
  const until = performance.now() + setting.timeLimitMs
  const pool = await WorkerPool.start(server, setting.workers)
  // Ends the workers in the middle of what they do.
  const interrupt = () => void pool.stop()
  signal.addEventListener('abort', interrupt, { once: true })
  try {
    signal.throwIfAborted()
    let begun = 0
    await pool.work(
      () => {
        if (signal.aborted || begun >= names.length || performance.now() > until) return undefined
        const batch = names.slice(begun, begun + BATCH)
        begun += batch.length
        return { type: 'judge', names: batch }
      },
      (answer) => {
        if (answer.type !== 'judged') return
        for (const outcome of answer.outcomes) outcomes.set(formatName(outcome.name), outcome)
        setting.onProgress(outcomes.size, names.length)
      },
    )
    const toExplain = chooseFailures(names, outcomes)
    await pool.work(
      () => {
        const name = signal.aborted ? undefined : toExplain.shift()
        return name && { type: 'shrink', name, tries: TRIES[name.side] }
      },
      (answer) => {
        if (answer.type !== 'shrunk') return
        const { name, violations } = answer.failure.saved
        const { steps, stepsShrunk, explanation, timeline } = answer.failure
        const [first] = violations
        if (!first) return
        const file = `schedules/${name}.json`
        const { invariant, detail } = first
        saved.set(file, answer.failure.saved)
        failures.push({
          side: sideOf(name),
          failure: {
            name,
            file,
            invariant,
            detail,
            steps,
            stepsShrunk,
            explanation: [...explanation],
            timeline,
          },
        })
      },
    )
    signal.throwIfAborted()
    const result = (hazard: Hazard): HazardResult => {
      const side = (which: Side) => {
        const own = names.filter((name) => name.hazard === hazard.id && name.side === which)
        const explained = failures.filter((one) => one.side === `${hazard.id}-tier${tier}-${which}`)
        return sideResult(hazard, tier, which, own, outcomes, explained)
      }
      const promised = isPromised(hazard.id, tier)
      const off = side('off')
      // What the tier does not promise it has no flag for: its flags are those without.
      const on = promised ? side('on') : { ...off, failures: [] }
      const verdict = hazardVerdict(promised, off, on)
      const { id, title, removedBy } = hazard
      return { id, title, removedBy: [...removedBy], promised, off, on, verdict }
    }
    return { hazards: HAZARDS.map(result), saved, cutShort: begun < names.length }
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', interrupt)
    await pool.stop()
  }
}

function isPromised(hazard: HazardId, tier: Tier): boolean {
  return hazardOf(hazard).promisedFrom <= tier
}

function sideOf(name: string): string {
  return name.slice(0, name.lastIndexOf('-'))
}

/** All schedules, the first of every hazard and side before the second: a time limit falls on all alike. */
function scheduleNames({ tier, seed, schedules, hazards, shard }: VerifySetting): ScheduleName[] {
  const names: ScheduleName[] = []
  for (let index = 0; index < schedules; index++) {
    if (shard && index % shard.of !== shard.index - 1) continue
    for (const hazard of hazards) {
      const name = { hazard, tier, seed: seedOf(seed, hazard, index) }
      if (index < MOST_SCHEDULES_OFF * (shard?.of ?? 1)) names.push({ ...name, side: 'off' })
      if (isPromised(hazard, tier)) names.push({ ...name, side: 'on' })
    }
  }
  return names
}

function chooseFailures(
  names: readonly ScheduleName[],
  outcomes: ReadonlyMap<string, ScheduleOutcome>,
): ScheduleName[] {
  const taken = new Map<string, number>()
  return names.filter((name) => {
    if ((outcomes.get(formatName(name))?.invariants.length ?? 0) === 0) return false
    const key = `${name.hazard}-${name.side}`
    const before = taken.get(key) ?? 0
    taken.set(key, before + 1)
    return before < EXPLAINED[name.side]
  })
}

function sideResult(
  hazard: Hazard,
  tier: Tier,
  side: Side,
  names: readonly ScheduleName[],
  outcomes: ReadonlyMap<string, ScheduleOutcome>,
  explained: readonly { readonly failure: VerifyFailure }[],
): VerifySide {
  const flags = TIER_FLAGS[tier]
  const ended = names.flatMap((name) => outcomes.get(formatName(name)) ?? [])
  const whole = ended.filter(({ broken }) => broken === undefined)
  const violated = whole.filter(({ invariants }) => invariants.length > 0)
  const counts = new Map<string, number>()
  for (const { invariants } of violated) {
    for (const invariant of invariants) counts.set(invariant, (counts.get(invariant) ?? 0) + 1)
  }
  return {
    flags: side === 'on' ? flags : hazard.off(flags),
    schedules: whole.length,
    violated: violated.length,
    atMost: upperBound(violated.length, whole.length),
    invariants: [...counts].map(([invariant, schedules]) => ({ invariant, schedules })),
    broken: ended.flatMap(({ name, broken }) =>
      broken === undefined ? [] : [{ name: formatName(name), message: broken }],
    ),
    failures: explained
      .map(({ failure }) => failure)
      .sort((one, other) => one.name.localeCompare(other.name)),
  }
}
