import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Tier } from '../../engine/index.ts'
import { type LowerTier, type VerifyResult, verifyResultSchema } from '../../reports/index.ts'
import { UsageError } from '../run/index.ts'

/** A result of `verify`, and where it was found. */
interface FoundResult {
  readonly source: string
  readonly result: VerifyResult
}

/** Where results of the lower tiers are looked for. */
export interface LowerTierSetting {
  /** Files that are named (`--after`). */
  readonly files: readonly string[]
  /** Else: `verify.json` in each of its folders. */
  readonly folder: string
  /** As it is now; null outside of a git checkout. */
  readonly git: VerifyResult['environment']['git']
}

/**
 * What is known of the tiers below `tier`: by the files that are named, or else by the newest result in the
 * folder. A result of a part (`--hazard`, `--shard`, `--time-limit`) counts only where it found a violation.
 * @throws UsageError where a file that is named is no result of a lower tier
 */
export async function readLowerTiers(tier: Tier, setting: LowerTierSetting): Promise<LowerTier[]> {
  const named = await Promise.all(setting.files.map((file) => readNamed(file, tier)))
  const found = named.length > 0 ? named : await readFolder(setting.folder)
  return ([1, 2] as const)
    .filter((lower) => lower < tier)
    .map((lower) => lowerTier(lower, found, setting.git))
}

function lowerTier(tier: 1 | 2, found: readonly FoundResult[], git: LowerTierSetting['git']): LowerTier {
  const [newest] = found
    .filter(({ result }) => result.tier === tier && (isWhole(result) || hasViolation(result)))
    .sort((one, other) => other.result.startedAt.localeCompare(one.result.startedAt))
  if (!newest) return { tier, state: 'not-verified', result: null }
  const { source, result } = newest
  const was = result.environment.git
  // Uncommitted changes may be others each time.
  const same = git !== null && was !== null && was.commit === git.commit && !was.dirty && !git.dirty
  const state = result.verdict.rollOut ? (same ? 'roll-out' : 'other-commit') : 'do-not-roll-out'
  return {
    tier,
    state,
    result: {
      source,
      startedAt: result.startedAt,
      commit: was?.commit ?? null,
      dirty: was?.dirty ?? false,
      schedules: result.schedules,
      reason: result.verdict.reasons[0] ?? '',
    },
  }
}

function isWhole({ hazards, shard, cutShort }: VerifyResult): boolean {
  return shard === null && !cutShort && hazards.every(({ verdict }) => verdict !== 'not-run')
}

function hasViolation({ hazards, real }: VerifyResult): boolean {
  return (
    hazards.some(({ verdict }) => verdict === 'violated') ||
    (real ?? []).some(({ state }) => state === 'failed')
  )
}

async function readNamed(file: string, tier: Tier): Promise<FoundResult> {
  const bad = (got: string) =>
    new UsageError(`expected --after to name a verify.json of a tier below ${tier}, got ${file}: ${got}`)
  let json: unknown
  try {
    json = JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw bad((error instanceof Error ? error.message : String(error)).replaceAll('\n', ' '))
  }
  const parsed = verifyResultSchema.safeParse(json)
  if (!parsed.success) throw bad(z.prettifyError(parsed.error).split('\n')[0] ?? 'another form')
  if (parsed.data.tier >= tier) throw bad(`it is of Tier ${parsed.data.tier}`)
  return { source: file, result: parsed.data }
}

/** What cannot be read, or was written by another version, is passed over. */
async function readFolder(folder: string): Promise<FoundResult[]> {
  const names = await readdir(folder).catch(() => [])
  const found = await Promise.all(
    names.map(async (name): Promise<FoundResult | undefined> => {
      const source = join(folder, name, 'verify.json')
      const text = await readFile(source, 'utf8').catch(() => undefined)
      const parsed = verifyResultSchema.safeParse(text && parseJson(text))
      return parsed.success ? { source, result: parsed.data } : undefined
    }),
  )
  return found.filter((one) => one !== undefined)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
