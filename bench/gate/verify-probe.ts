import { createHash } from 'node:crypto'
import type { DatabaseSource } from '../environment/index.ts'
import { MODE_NAMES } from '../run/index.ts'
import { drawPlan, formatName, HAZARDS, Judge, seedOf, VerifyWorld } from '../verify/index.ts'
import type { Baseline } from './baseline.ts'

/** Of each hazard and tier: enough to see a safeguard that is gone, where `npm run verify` looks for the rare. */
const SCHEDULES = 1

/**
 * Judges a few schedules of each hazard with the flags of each tier that promises it is gone. One that could
 * not be judged counts as violated.
 */
export async function probeSchedules(
  server: DatabaseSource,
  seed: number,
  signal: AbortSignal,
): Promise<Baseline['probes'][string]> {
  const database = await server.createDatabase()
  const world = await VerifyWorld.open(database.url)
  try {
    const judge = new Judge(world)
    const modes: Record<
      string,
      { metrics: { schedulesViolated: number }; parts: { violations: Record<string, number> } }
    > = {}
    const names: string[] = []
    for (const tier of [1, 2, 3] as const) {
      const violations: Record<string, number> = {}
      for (const { id, title } of HAZARDS.filter(({ promisedFrom }) => promisedFrom <= tier)) {
        for (let index = 0; index < SCHEDULES; index++) {
          signal.throwIfAborted()
          const name = { hazard: id, tier, side: 'on', seed: seedOf(seed, id, index) } as const
          names.push(formatName(name))
          const violated = await judge.judge(drawPlan(name)).then(
            (judged) => judged.violations[0]?.invariant,
            (error: unknown) => `it broke off: ${error instanceof Error ? error.message : String(error)}`,
          )
          if (violated !== undefined) {
            const repeat = `npm run verify -- --replay ${formatName(name)}`
            violations[`${id}, ${title}: ${violated.split('\n')[0]} (${repeat})`] = 1
          }
        }
      }
      modes[MODE_NAMES[tier]] = {
        metrics: { schedulesViolated: Object.keys(violations).length },
        parts: { violations },
      }
    }
    return { hash: createHash('sha256').update(names.join('\n')).digest('hex'), modes }
  } finally {
    await world.close()
    await database.drop()
  }
}
