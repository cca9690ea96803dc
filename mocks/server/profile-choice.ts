import { readFileSync } from 'node:fs'
import { type ClaudeMockOptions, optionsProblem } from '../options.ts'
import { LATENCY_PROFILES } from '../profiles/latency/index.ts'
import { RATE_LIMIT_PROFILES } from '../profiles/rate-limits/index.ts'
import { UsageError } from './usage-error.ts'

/** What a profile decides. */
type ProfileOptions = Pick<ClaudeMockOptions, (typeof FILE_KEYS)[number]>

/** What a profile file may have. */
const FILE_KEYS = [
  'limits',
  'latency',
  'latencyByModel',
  'rejectMs',
  'countTokensPerMinute',
  'batches',
  'models',
  'forbiddenApiKeys',
  'journalEntries',
] as const

/** In the place of a name: no limits, no latency. */
const NONE = 'none'

export const LIMIT_NAMES = [...Object.keys(RATE_LIMIT_PROFILES), NONE]
export const LATENCY_NAMES = [...Object.keys(LATENCY_PROFILES), NONE]

/**
 * @param profile One of LIMIT_NAMES, or a JSON file with `limits`, `latency` and what else a profile has.
 * @param latency One of LATENCY_NAMES; undefined for that of the file, or `plan`.
 */
export function chooseProfile(profile: string, latency: string | undefined): ProfileOptions {
  const fromFile = profile.endsWith('.json') ? readProfile(profile) : undefined
  return {
    ...latencyNamed('plan'),
    limits: fromFile === undefined ? limitsNamed(profile) : {},
    ...fromFile,
    // The file's profiles of single models would else still be in force.
    ...(latency === undefined ? {} : { latencyByModel: {}, ...latencyNamed(latency) }),
  }
}

function limitsNamed(name: string): ProfileOptions['limits'] {
  if (name === NONE) return {}
  const found = Object.entries(RATE_LIMIT_PROFILES).find(([known]) => known === name)
  if (found === undefined) {
    throw new UsageError(
      `expected --profile to be one of ${LIMIT_NAMES.join(', ')} or a .json file, got "${name}"`,
    )
  }
  return found[1].limits
}

function latencyNamed(name: string): Pick<ProfileOptions, 'latency' | 'rejectMs'> {
  if (name === NONE) {
    return {
      latency: { firstTokenMs: 0, perThousandInputTokensMs: 0, tokensPerSecond: 1e9, sigma: 0 },
      rejectMs: 0,
    }
  }
  const found = Object.entries(LATENCY_PROFILES).find(([known]) => known === name)
  if (found === undefined) {
    throw new UsageError(`expected --latency to be one of ${LATENCY_NAMES.join(', ')}, got "${name}"`)
  }
  return { latency: found[1].profile }
}

function readProfile(path: string): Partial<ProfileOptions> {
  const json = readJson('--profile', path)
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new UsageError(`expected an object in ${path}, got ${kindOf(json)}`)
  }
  const unknown = Object.keys(json).filter((key) => !(FILE_KEYS as readonly string[]).includes(key))
  if (unknown.length > 0) {
    throw new UsageError(`expected only ${FILE_KEYS.join(', ')} in ${path}, got ${unknown.join(', ')}`)
  }
  const problem = optionsProblem({ ...latencyNamed('plan'), limits: {}, ...json, seed: 0, clock: NO_CLOCK })
  if (problem !== undefined) throw new UsageError(`expected a profile in ${path}, got ${problem}`)
  return json
}

/** For a check of options, which asks no more of it than that it is there. */
const NO_CLOCK = { now: () => 0, sleep: () => Promise.resolve() }

/** What a JSON value is, in words. */
export function kindOf(json: unknown): string {
  if (json === null) return 'null'
  if (Array.isArray(json)) return 'a list'
  return typeof json === 'object' ? 'an object' : `a ${typeof json}`
}

/** A JSON file that an option names. */
export function readJson(option: string, path: string): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(`expected ${option} to be a file that can be read, got ${path} (${code})`)
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UsageError(`expected JSON in ${path}: ${(error as Error).message}`)
  }
}
