import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../../prisma/generated/client.ts'
import { RealClock } from '../clock/index.ts'
import { startDatabaseServer } from '../environment/index.ts'
import { openMeasuredDatabase } from '../instrument/index.ts'
import { databaseGroups } from './database-groups.ts'
import { type GroupResult, type MicroOptions, measureGroup } from './measure-groups.ts'

/** What the strategies took at one round trip time. */
export interface DatabaseResult {
  /** Added to each round trip, ms: the database itself is on this machine. */
  readonly roundTripMs: number
  readonly groups: readonly GroupResult[]
}

/** Measures the database strategies on a real PostgreSQL, on the wall clock, at several round trip times. */
export async function measureDatabase(
  roundTripsMs: readonly number[],
  options: MicroOptions,
): Promise<DatabaseResult[]> {
  const { signal, log } = options
  const server = await startDatabaseServer({ databaseUrl: process.env.DATABASE_URL || undefined, signal })
  try {
    const results: DatabaseResult[] = []
    for (const roundTripMs of roundTripsMs) {
      const database = await server.createDatabase()
      const { db, close } = await openMeasuredDatabase({
        url: database.url,
        clock: new RealClock(),
        roundTripMs,
        poolSize: 2,
        onRoundTrip: () => {},
        onPoolWait: () => {},
      })
      const adapter = new PrismaPg({ connectionString: database.url, max: 1 })
      const unmeasured = new PrismaClient({ adapter })
      try {
        const groups: GroupResult[] = []
        for (const group of await databaseGroups(db, unmeasured)) {
          const named = (line: string) => log(`${roundTripMs} ms round trip: ${line}`)
          groups.push(await measureGroup(group, { ...options, log: named }))
        }
        results.push({ roundTripMs, groups })
      } finally {
        await Promise.allSettled([close(), unmeasured.$disconnect()])
        await database.drop()
      }
    }
    return results
  } finally {
    await server.close()
  }
}
