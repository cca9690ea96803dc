import { readFileSync } from 'node:fs'
import type { ClaudeMockOptions } from '../options.ts'
import { LATENCY_PROFILES } from '../profiles/latency/index.ts'
import { RATE_LIMIT_PROFILES } from '../profiles/rate-limits/index.ts'
import { UsageError } from './usage-error.ts'

/** What a profile decides. */
type ProfileOptions = Pick<ClaudeMockOptions, 'latency' | 'latencyByModel' | 'limits' | 'rejectMs'>

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
    ...(latency === undefined ? {} : latencyNamed(latency)),
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

/** Its values are checked with the mock's other options; here only that it names nothing else. */
function readProfile(path: string): Partial<ProfileOptions> {
  const json = readJson('--profile', path)
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new UsageError(`expected an object in ${path}, got ${Array.isArray(json) ? 'a list' : typeof json}`)
  }
  const known = ['limits', 'latency', 'latencyByModel', 'rejectMs']
  const unknown = Object.keys(json).filter((key) => !known.includes(key))
  if (unknown.length > 0) {
    throw new UsageError(`expected only ${known.join(', ')} in ${path}, got ${unknown.join(', ')}`)
  }
  return json
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
