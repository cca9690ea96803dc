/** The switches of the three tiers. Each can be set on its own; a tier is a named set of them. */
import { z } from 'zod'

/** How a line gets into the run's log when `atomicLog` is on. */
export type AtomicLog = 'concat' | 'table'

export interface Flags {
  /** Tier 1. Off: a `create()` for each card, story and subtask. On: `createMany`. */
  readonly batchWrites: boolean
  /**
   * Tier 1. Off: read the log, append, write it back. `concat`: one SQL concatenation. `table`:
   * append-only RunLog rows.
   */
  readonly atomicLog: false | AtomicLog
  /** Tier 2. Off: read, then update by id. On: compare-and-swap on version, and status or owner. */
  readonly optimisticLocking: boolean
  /** Tier 2. Off: results, status and counter are separate statements. On: one transaction, atomic increment. */
  readonly transactions: boolean
  /** Tier 3. Uploads analysed at once. */
  readonly parallelUploads: number
  /** Tier 3. Epics, and in subtask generation stories, worked on at once. */
  readonly parallelEpics: number
  /** Tier 3. Off: fixed pacing and backoff. On: token buckets mirrored from the API's headers. */
  readonly rateGovernor: boolean
}

export type FlagName = keyof Flags
export type Tier = 0 | 1 | 2 | 3

const tier0 = {
  batchWrites: false,
  atomicLog: false,
  optimisticLocking: false,
  transactions: false,
  parallelUploads: 1,
  parallelEpics: 1,
  rateGovernor: false,
} satisfies Flags
const tier1 = { ...tier0, batchWrites: true, atomicLog: 'table' } satisfies Flags
const tier2 = { ...tier1, optimisticLocking: true, transactions: true } satisfies Flags
const tier3 = { ...tier2, parallelUploads: 3, parallelEpics: 3, rateGovernor: true } satisfies Flags

/** The flags of each tier; a tier implies those below. */
export const TIER_FLAGS: { readonly [T in Tier]: Flags } = { 0: tier0, 1: tier1, 2: tier2, 3: tier3 }

/** Flags that name no flag, carry a bad value, or are dangerous together. Always the caller's to mend. */
export class FlagsError extends Error {
  override readonly name = 'FlagsError'
  constructor(
    readonly code: 'BAD_FLAGS' | 'DANGEROUS_FLAGS',
    message: string,
  ) {
    super(message)
  }
}

const MAX_PARALLEL = 64

const parallel = z.int().min(1).max(MAX_PARALLEL)

/** Flags as an object: as they are stamped on a run, and as the HTTP API takes them. */
export const flagsSchema = z.strictObject({
  batchWrites: z.boolean(),
  atomicLog: z.union([z.literal(false), z.enum(['concat', 'table'])]),
  optimisticLocking: z.boolean(),
  transactions: z.boolean(),
  parallelUploads: parallel,
  parallelEpics: parallel,
  rateGovernor: z.boolean(),
}) satisfies z.ZodType<Flags>

/**
 * Reads flags as written on a command line, on top of `base`.
 * @param text For example `batchWrites,atomicLog=concat,parallelEpics=4,rateGovernor=off`.
 * @throws FlagsError naming every flag that is unknown or has a bad value.
 */
export function parseFlags(text: string, base: Flags = TIER_FLAGS[0]): Flags {
  const flags: Record<string, unknown> = { ...base }
  if (text.trim() === '') throw new FlagsError('BAD_FLAGS', 'no flag is named')
  const problems: string[] = []
  const named = new Set<string>()
  for (const part of text.split(',').map((piece) => piece.trim())) {
    const [name = '', ...values] = part.split('=')
    const parsed = readFlag(name, values.length > 0 ? values.join('=') : undefined)
    if ('problem' in parsed) problems.push(parsed.problem)
    else if (named.has(name)) problems.push(`${name} is named more than once`)
    else flags[name] = parsed.value
    named.add(name)
  }
  if (problems.length > 0) throw new FlagsError('BAD_FLAGS', problems.join('; '))
  return flags as unknown as Flags
}

function readFlag(name: string, value: string | undefined): { value: unknown } | { problem: string } {
  switch (name) {
    case 'batchWrites':
    case 'optimisticLocking':
    case 'transactions':
    case 'rateGovernor':
      if (value === undefined || value === 'on' || value === 'true') return { value: true }
      if (value === 'off' || value === 'false') return { value: false }
      return { problem: `${name} takes on or off, got "${value}"` }
    case 'atomicLog':
      if (value === undefined || value === 'table' || value === 'on') return { value: 'table' }
      if (value === 'concat') return { value }
      if (value === 'off' || value === 'false') return { value: false }
      return { problem: `atomicLog takes concat, table or off, got "${value}"` }
    case 'parallelUploads':
    case 'parallelEpics': {
      const n = /^\d+$/.test(value ?? '') ? Number(value) : 0
      if (n >= 1 && n <= MAX_PARALLEL) return { value: n }
      return { problem: `${name} takes a whole number from 1 to ${MAX_PARALLEL}, got "${value ?? ''}"` }
    }
    default:
      return { problem: `"${name}" is not a flag: expected ${Object.keys(TIER_FLAGS[0]).join(', ')}` }
  }
}

/**
 * Why these flags lose or double work when they are in force together.
 * @returns One sentence, or undefined where they are safe.
 */
export function danger(flags: Flags): string | undefined {
  const parallel = (['parallelUploads', 'parallelEpics'] as const).filter((name) => flags[name] > 1)
  const missing = (['optimisticLocking', 'transactions', 'atomicLog'] as const).filter((name) => !flags[name])
  if (parallel.length === 0 || missing.length === 0) return undefined
  return `${parallel.join(' and ')} above 1 without ${missing.join(' and ')} loses counter increments and log lines and can process an item twice`
}

/**
 * @throws FlagsError where the flags are dangerous together and `allowUnsafe` is not set.
 */
export function assertSafe(flags: Flags, allowUnsafe: boolean): void {
  const reason = danger(flags)
  if (reason && !allowUnsafe) throw new FlagsError('DANGEROUS_FLAGS', reason)
}

/** The flags as one line, in the form that {@link parseFlags} reads. */
export function formatFlags(flags: Flags): string {
  return Object.entries(flags)
    .filter(([, value]) => value !== false && value !== 1)
    .map(([name, value]) => (value === true ? name : `${name}=${value}`))
    .join(',')
}
