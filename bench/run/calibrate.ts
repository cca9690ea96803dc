import { linearRegression, median, quantile } from 'simple-statistics'
import { TIER_FLAGS } from '../../engine/index.ts'
import { type Scenario, typical } from '../../scenarios/index.ts'
import type { DatabaseServer } from '../environment/index.ts'
import { type RoundTrip, roundMs, type ServerTimes, type StatementTime } from '../instrument/index.ts'
import { generateDocuments } from './documents.ts'
import { readEnvironment } from './provenance.ts'
import { runOnce } from './run-once.ts'

/** A run with row-by-row writes, one with batches and one with batches and transactions: every shape that there is. */
const TIERS = [0, 1, 2] as const
/** Of each shape's samples, those above this quantile are left out: they met the rest of the machine. */
const UPPER_QUANTILE = 0.9

/** The same run with other answer lengths, so that a batch has more rows and the cost of a row shows. */
const wide: Scenario = {
  ...typical,
  workload: { ...typical.workload, uploads: 3, cardsPerUpload: 12, storiesPerEpic: 4, subtasksPerStory: 15 },
}

/**
 * Measures what each shape of statement takes on the server, in real time, driver included.
 * @param progress Told of each run.
 */
export async function calibrate(
  server: DatabaseServer,
  command: string,
  signal: AbortSignal,
  progress: (line: string) => void,
): Promise<ServerTimes> {
  const samples = new Map<string, RoundTrip[]>()
  const onRoundTrip = (roundTrip: RoundTrip) => {
    if (roundTrip.lockWaitMs > 0) return
    samples.set(roundTrip.shape, [...(samples.get(roundTrip.shape) ?? []), roundTrip])
  }
  for (const round of ['warm-up', 'first', 'second']) {
    for (const scenario of [typical, wide]) {
      for (const tier of TIERS) {
        progress(`${round} round, tier ${tier}`)
        const { uploads } = generateDocuments(scenario, 1)
        await runOnce({
          server,
          scenario,
          flags: TIER_FLAGS[tier],
          allowUnsafe: false,
          seed: 1,
          uploads,
          clock: 'virtual',
          signal,
          ...(round === 'warm-up' ? {} : { onRoundTrip }),
        })
      }
    }
  }
  const shapes = [...samples].sort(([a], [b]) => a.localeCompare(b))
  const { node, cpu, database } = await readEnvironment(server)
  const settings = Object.entries(database.settings).map(([name, value]) => `${name}=${value}`)
  return {
    provenance: {
      measuredAt: new Date().toISOString(),
      command,
      node,
      cpu,
      database: `PostgreSQL ${database.version} (${database.source}; ${settings.join(', ')})`,
    },
    statements: Object.fromEntries(shapes.map(([shape, trips]) => [shape, fitLine(trips)])),
    otherMs: roundMs(median(shapes.map(([, trips]) => fitLine(trips).fixedMs))),
  }
}

/** A line through the samples: rows against time. With one number of rows it is the median. */
function fitLine(trips: readonly RoundTrip[]): StatementTime {
  const limit = quantile(
    trips.map((trip) => trip.realMs),
    UPPER_QUANTILE,
  )
  const kept = trips.filter((trip) => trip.realMs <= limit)
  const fixed = {
    fixedMs: roundMs(median(kept.map((trip) => trip.realMs))),
    perRowMs: 0,
    samples: kept.length,
  }
  if (new Set(kept.map((trip) => trip.rows)).size < 2) return fixed
  const { m, b } = linearRegression(kept.map((trip) => [trip.rows - 1, trip.realMs]))
  return m <= 0 || b <= 0 ? fixed : { fixedMs: roundMs(b), perRowMs: roundMs(m), samples: kept.length }
}
