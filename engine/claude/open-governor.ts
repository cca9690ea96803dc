import { randomUUID } from 'node:crypto'
import type { PrismaClient } from '../../prisma/generated/client.ts'
import { RateLimitRow, rateLimitKey } from '../persistence/rate-limit-row.ts'
import type { Clock, Random } from '../ports.ts'
import { RateGovernor } from './rate-governor.ts'
import { RateLimitMemory } from './rate-limit-store.ts'

/** How calls are kept under the API's limits; without the flag `rateGovernor` they are not. */
export interface GovernorOptions {
  /**
   * Shares what is known of the limits with all processes that name the same API key and model, through
   * the database. `key` is the API key; what is stored is a hash of it. Their clocks should agree within
   * a second.
   * @default each engine goes by what it has seen itself
   */
  readonly shared?: { readonly key: string }
  /**
   * Requests under way at once, at most, over all runs and all processes that share. It starts at
   * what the flags let one run do at once, and grows while that is what holds calls up.
   * @default 64
   */
  readonly maxConcurrency?: number
}

/** Enough for several runs at once, each bounded by its flags. */
const DEFAULT_MAX_CONCURRENCY = 64

/** @throws RangeError where an option is not usable */
export function assertGovernorOptions({ shared, maxConcurrency }: GovernorOptions): void {
  if (maxConcurrency !== undefined && !(Number.isInteger(maxConcurrency) && maxConcurrency >= 1)) {
    throw new RangeError(
      `governor.maxConcurrency: expected a whole number from 1, got ${maxConcurrency}: give at least 1`,
    )
  }
  if (shared?.key === '') {
    throw new RangeError(
      'governor.shared.key: expected an API key, got an empty text: name the key or leave it out',
    )
  }
}

/**
 * The governor of an engine, with its state in memory or in the database.
 * @param atOnce What the flags let one run do at once: the window to start with.
 */
export function openGovernor(
  { shared, maxConcurrency = DEFAULT_MAX_CONCURRENCY }: GovernorOptions,
  world: {
    readonly db: PrismaClient
    readonly clock: Clock
    readonly random: Random
    readonly model: string
  },
  atOnce: number,
): RateGovernor {
  const { db, clock, random, model } = world
  const window = Math.min(atOnce, maxConcurrency)
  const store = shared
    ? new RateLimitRow({ db, clock, key: rateLimitKey(shared.key, model), window })
    : new RateLimitMemory(window)
  return new RateGovernor({ clock, random, store, process: randomUUID(), maxConcurrency })
}
