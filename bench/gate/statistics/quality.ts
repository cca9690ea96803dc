import { appendFile, readFile } from 'node:fs/promises'
import { binomialDistribution, bisect } from 'simple-statistics'
import { z } from 'zod'
import { UsageError } from '../../run/index.ts'
import type { CostComparison } from './compare-costs.ts'

/** Raised whenever the way of measuring or judging changes: gates of another way say nothing of this one. */
export const METHOD = 2

const trialSchema = z.strictObject({
  method: z.number().int(),
  at: z.string(),
  commit: z.string().nullable(),
  node: z.string(),
  machine: z.string(),
  /** Of the machine, over a minute, when the gate had ended. */
  loadAverage: z.number(),
  /** How much more CPU time the head took, as a share. 0: A/A. */
  burn: z.number().nonnegative(),
  seed: z.number().int(),
  regressed: z.array(z.string()),
  inconclusive: z.array(z.string()),
  cpu: z.strictObject({ change: z.number(), low: z.number(), high: z.number(), detectable: z.number() }),
  pairs: z.number().int(),
  elapsedMs: z.number(),
})

/** One whole statistical gate whose right answer is known. */
export type Trial = z.infer<typeof trialSchema>

/** What a gate said, as a line of the file. */
export function trialOf(
  { verdicts, pairs, confirmationPairs, seed, elapsedMs }: CostComparison,
  setting: Pick<Trial, 'at' | 'commit' | 'node' | 'machine' | 'loadAverage' | 'burn'>,
): Trial {
  const named = (verdict: string) =>
    verdicts.filter((one) => one.verdict === verdict).map(({ metric }) => metric)
  const cpu = verdicts.find(({ metric }) => metric === 'cpu')
  if (!cpu) throw new Error('expected a verdict on CPU time, got none')
  const { change, low, high, detectable } = cpu
  return {
    method: METHOD,
    ...setting,
    seed,
    regressed: named('REGRESSED'),
    inconclusive: named('INCONCLUSIVE'),
    cpu: { change, low, high, detectable },
    pairs: pairs.length + confirmationPairs.length,
    elapsedMs: Math.round(elapsedMs),
  }
}

/** Adds a trial to a file of JSON lines: what was measured before stays whatever happens. */
export async function appendTrial(path: string, trial: Trial): Promise<void> {
  await appendFile(path, `${JSON.stringify(trial)}\n`)
}

/**
 * The trials in a file; none where there is no file.
 * @throws UsageError for a line that is none
 */
export async function readTrials(path: string): Promise<Trial[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return text
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, number }) => parseTrial(line, `${path}:${number}`))
}

function parseTrial(line: string, place: string): Trial {
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch {
    throw new UsageError(`expected a line of JSON in ${place}, got ${line.slice(0, 40)}`)
  }
  const parsed = trialSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new UsageError(`expected a trial in ${place}, got ${issue?.path.join('.')}: ${issue?.message}`)
}

/** So many of so many, and where the true share lies at most or at least, with 95 % confidence. */
export interface Share {
  readonly count: number
  readonly of: number
  readonly atMost: number
  readonly atLeast: number
}

/** What trials of one kind show. */
export interface QualityOf {
  readonly burn: number
  /** Gates with an alarm: false ones where `burn` is 0, of CPU time where it is not. */
  readonly alarms: Share
  /** Gates that left something open. */
  readonly inconclusive: number
  readonly medianElapsedMs: number
}

export interface Quality {
  /** By burn, A/A first. */
  readonly kinds: readonly QualityOf[]
  /** The smallest burn of those tried that was caught in at least 95 % of 20 or more gates; null where none was. */
  readonly caughtIn95Percent: number | null
  readonly machines: readonly string[]
  readonly from: string
  readonly to: string
}

const FEWEST_FOR_95_PERCENT = 20

/** @returns undefined where no trial was made in the way that gates are made now */
export function qualityOf(all: readonly Trial[]): Quality | undefined {
  const trials = all.filter(({ method }) => method === METHOD)
  const [first] = trials
  if (!first) return undefined
  const burns = [...new Set(trials.map(({ burn }) => burn))].sort((a, b) => a - b)
  const kinds = burns.map((burn) => {
    const those = trials.filter((trial) => trial.burn === burn)
    const alarm = ({ regressed }: Trial) => (burn === 0 ? regressed.length > 0 : regressed.includes('cpu'))
    const elapsed = those.map(({ elapsedMs }) => elapsedMs).sort((a, b) => a - b)
    return {
      burn,
      alarms: share(those.filter(alarm).length, those.length),
      inconclusive: those.filter(({ inconclusive }) => inconclusive.length > 0).length,
      medianElapsedMs: elapsed[elapsed.length >> 1] ?? 0,
    }
  })
  const caught = kinds.find(
    ({ burn, alarms }) => burn > 0 && alarms.of >= FEWEST_FOR_95_PERCENT && alarms.count >= 0.95 * alarms.of,
  )
  const days = trials.map(({ at }) => at.slice(0, 10)).sort()
  return {
    kinds,
    caughtIn95Percent: caught?.burn ?? null,
    machines: [...new Set(trials.map(({ node, machine }) => `Node ${node}, ${machine}`))],
    from: days[0] ?? '',
    to: days.at(-1) ?? '',
  }
}

/** Clopper and Pearson's bounds, one-sided, 95 %. */
export function share(count: number, of: number): Share {
  // The chance of `count` or fewer of `of`.
  const upTo = (most: number, p: number) => {
    const chances = p <= 0 ? [1] : p >= 1 ? [] : binomialDistribution(of, p)
    return (chances ?? []).slice(0, most + 1).reduce((sum, chance) => sum + chance, 0)
  }
  const solve = (f: (p: number) => number) => bisect(f, 0, 1, 200, 1e-7)
  return {
    count,
    of,
    atMost: count === of ? 1 : solve((p) => upTo(count, p) - 0.05),
    atLeast: count === 0 ? 0 : solve((p) => 0.05 - (1 - upTo(count - 1, p))),
  }
}
