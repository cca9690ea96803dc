import pLimit from 'p-limit'
import type { Tier } from '../../../engine/index.ts'
import { copySources } from '../../patched-sources/index.ts'
import type { HazardId } from '../plan.ts'
import { type Examination, type ExamineSetting, examine } from './examine.ts'
import type { Mutant } from './mutant.ts'

/** What became of a mutant, or of the engine as it is. */
export type MutantVerdict =
  /** An invariant of its hazard was violated: first in the nth schedule. */
  | { readonly state: 'caught'; readonly first: number; readonly examination: Examination }
  /** All schedules passed. */
  | { readonly state: 'missed'; readonly examination: Examination }
  /** A schedule came to no end, or invocations failed: that is no sight of the hazard. */
  | { readonly state: 'crashed'; readonly reason: string; readonly examination: Examination }
  /** The engine has changed since the patch was made. */
  | { readonly state: 'not-applied'; readonly reason: string }

/** One line of the result; of the engine as it is where there is no mutant. */
export interface MutantResult {
  readonly mutant: Mutant | undefined
  readonly hazard: HazardId
  readonly tier: Tier
  readonly verdict: MutantVerdict
}

/**
 * Examines mutants, and the engine as it is by the same hazards and tiers, each in a copy of the sources.
 * @param jobs How many at once.
 * @param onResult Told of each as soon as it is known.
 */
export async function verifyMutants(
  mutants: readonly Mutant[],
  setting: ExamineSetting,
  jobs: number,
  onResult: (result: MutantResult) => void = () => {},
): Promise<MutantResult[]> {
  const limit = pLimit(jobs)
  const controls = [...new Map(mutants.map((mutant) => [`${mutant.hazard}:${mutant.tier}`, mutant])).values()]
  const subjects = [
    ...controls.map(({ hazard, tier }) => ({ mutant: undefined, hazard, tier })),
    ...mutants.map((mutant) => ({ mutant, hazard: mutant.hazard, tier: mutant.tier })),
  ]
  const results = await Promise.allSettled(
    subjects.map((subject) =>
      limit(async (): Promise<MutantResult> => {
        setting.signal.throwIfAborted()
        const result = { ...subject, verdict: await judgeOne(subject, setting) }
        onResult(result)
        return result
      }),
    ),
  )
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
}

/** Whether the result is what it must be: a mutant is caught, and the engine as it is passes. */
export function isAsExpected({ mutant, verdict }: MutantResult): boolean {
  return verdict.state === (mutant ? 'caught' : 'missed')
}

async function judgeOne(
  subject: { readonly mutant: Mutant | undefined; readonly hazard: HazardId; readonly tier: Tier },
  setting: ExamineSetting,
): Promise<MutantVerdict> {
  const copy = await copySources()
  try {
    const reason = subject.mutant && (await copy.apply(subject.mutant.file))
    if (reason) return { state: 'not-applied', reason }
    return verdictOf(await examine(copy.root, subject, setting))
  } finally {
    await copy.remove()
  }
}

/** What an examination says. Whatever else it found, a schedule without an end is a crash. */
export function verdictOf(examination: Examination): MutantVerdict {
  const { broken, failed, violated } = examination
  const [first] = violated
  if (broken !== undefined) return { state: 'crashed', reason: broken, examination }
  if (first !== undefined) return { state: 'caught', first, examination }
  if (failed === 0) return { state: 'missed', examination }
  const reason = `invocations failed in ${failed} schedules, and nothing else was seen`
  return { state: 'crashed', reason, examination }
}
