// Processes that work with one API key on one database, each with a connection of its own, on a virtual clock.
import { VirtualClock } from '../bench/clock/index.ts'
import type { Database } from '../bench/environment/index.ts'
import { openMeasuredDatabase, type RoundTrip } from '../bench/instrument/index.ts'
import { RateGovernor } from '../engine/claude/rate-governor.ts'
import { RateLimitRow, rateLimitKey } from '../engine/persistence/rate-limit-row.ts'

export const ROUND_TRIP_MS = 5
export const KEY = rateLimitKey('sk-test', 'claude-haiku-4-5')

/** A database connection of one process, and what went over it. */
export async function openConnection(database: Database, clock: VirtualClock) {
  const trips: RoundTrip[] = []
  const measured = await openMeasuredDatabase({
    url: database.url,
    clock,
    roundTripMs: ROUND_TRIP_MS,
    poolSize: 10,
    onRoundTrip: (trip) => trips.push(trip),
    onPoolWait: () => {},
  })
  // The first statement loads what Prisma loads lazily: that is real I/O, and no part of what is looked at.
  await measured.db.rateLimitState.count()
  trips.length = 0
  return { ...measured, trips }
}

export async function openSharedKeyWorld(database: Database) {
  const clock = new VirtualClock({ startMs: 0 })
  const closing: (() => Promise<void>)[] = []
  return {
    clock,
    /** Another process, with a governor that shares the key. */
    async process(name: string, window = 10) {
      const { db, trips, close } = await openConnection(database, clock)
      closing.push(close)
      const store = new RateLimitRow({ db, clock, key: KEY, window })
      const random = { draw: () => 0 }
      const governor = new RateGovernor({ clock, random, store, process: name, maxConcurrency: 64 })
      return { db, store, governor, trips }
    },
    async close() {
      await Promise.all(closing.map((close) => close()))
    },
  }
}
