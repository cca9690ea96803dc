import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Prisma, PrismaClient } from '../../prisma/generated/client.ts'
import { BUCKETS, type Change, type RateLimitState, unknownLimits } from '../claude/rate-limit-state.ts'
import type { RateLimitStore } from '../claude/rate-limit-store.ts'
import type { Clock } from '../ports.ts'

/** Part of the row's key: an engine that keeps another form of state uses another row. */
const FORM = 2
/** Of those that write at once one always wins: as many lost races in a row are not chance. */
const MAX_LOST_RACES = 100

const cost = z.object({ inputTokens: z.number(), outputTokens: z.number() })
const bucket = z.object({ perMinute: z.number().positive(), level: z.number(), at: z.number() })
const stateSchema = z.object({
  at: z.number(),
  buckets: z.partialRecord(z.enum(BUCKETS), bucket),
  pausedUntil: z.number(),
  window: z.number().min(1),
  halvedAt: z.number(),
  permits: z.array(
    z.object({
      id: z.string(),
      expected: cost,
      taken: z.partialRecord(z.enum(BUCKETS), z.number()),
      grantedAt: z.number(),
      expiresAt: z.number(),
    }),
  ),
  line: z.array(z.object({ process: z.string(), expected: cost, expiresAt: z.number() })),
}) satisfies z.ZodType<RateLimitState>

interface Pending {
  readonly change: (state: RateLimitState) => Change<unknown>
  readonly resolve: (result: never) => void
  readonly reject: (reason: unknown) => void
}

export interface RateLimitRowOptions {
  readonly db: PrismaClient
  readonly clock: Clock
  /** See {@link rateLimitKey}. */
  readonly key: string
  /** Requests under way to start with, where there is no row yet. */
  readonly window: number
}

/** The row of an API key and a model: a hash, so that the key can't be read from the database. */
export function rateLimitKey(apiKey: string, model: string): string {
  return createHash('sha256')
    .update(JSON.stringify([FORM, model, apiKey]))
    .digest('hex')
}

/**
 * The state in a row that all processes share. A change is a read and a compare-and-swap on the version:
 * two round trips, and two more for each race that is lost; one where there is nothing to write. Changes
 * that come while one is under way wait for it, and are then made together.
 */
export class RateLimitRow implements RateLimitStore {
  readonly shared = true
  readonly #options: RateLimitRowOptions
  readonly #pending: Pending[] = []
  #busy = false
  seen: RateLimitState

  constructor(options: RateLimitRowOptions) {
    this.#options = options
    this.seen = unknownLimits(options.window)
  }

  update<T>(change: (state: RateLimitState) => Change<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#pending.push({ change, resolve, reject })
      if (!this.#busy) void this.#work()
    })
  }

  async #work(): Promise<void> {
    this.#busy = true
    while (this.#pending.length > 0) {
      const together = this.#pending.splice(0)
      try {
        const results = await this.#apply(together.map(({ change }) => change))
        together.forEach(({ resolve }, index) => {
          resolve(results[index] as never)
        })
      } catch (error) {
        for (const { reject } of together) reject(error)
      }
    }
    this.#busy = false
  }

  async #apply(changes: readonly Pending['change'][]): Promise<unknown[]> {
    for (let races = 0; races < MAX_LOST_RACES; races++) {
      const row = await this.#read()
      let state = row.state
      const results = changes.map((change) => {
        const changed = change(state)
        state = changed.state
        return changed.result
      })
      if (state !== row.state && !(await this.#write(row.version, state))) continue
      this.seen = state
      return results
    }
    throw new Error(`the rate-limit state was changed by others ${MAX_LOST_RACES} times in a row`)
  }

  async #read(): Promise<{ readonly version: number; readonly state: RateLimitState }> {
    const { db, key, window } = this.#options
    const row = await db.rateLimitState.findUnique({ where: { key }, select: { version: true, state: true } })
    if (!row) return { version: 0, state: unknownLimits(window) }
    const parsed = stateSchema.safeParse(row.state)
    if (parsed.success) return { version: row.version, state: parsed.data }
    throw new Error(
      `RateLimitState ${key}: expected the state of a key's limits, got something else: delete the row. ${z.prettifyError(parsed.error)}`,
    )
  }

  /** @returns false where another process was faster */
  async #write(version: number, state: RateLimitState): Promise<boolean> {
    const { db, clock, key } = this.#options
    const data = {
      state: state as unknown as Prisma.InputJsonValue,
      version: version + 1,
      updatedAt: new Date(clock.now()),
    }
    const { count } =
      version === 0
        ? await db.rateLimitState.createMany({ data: { key, ...data }, skipDuplicates: true })
        : await db.rateLimitState.updateMany({ where: { key, version }, data })
    return count === 1
  }
}
