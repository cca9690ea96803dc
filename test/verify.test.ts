// Each hazard is shown with the flags off, replays exactly, shrinks, and a sabotaged engine is caught.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import {
  drawPlan,
  explainSchedule,
  HAZARDS,
  historyDigest,
  Judge,
  type ScheduleName,
  type SchedulePlan,
  type Side,
  seedOf,
  shrink,
  VerifyWorld,
} from '../bench/verify/index.ts'
import type { Engine, Tier } from '../engine/index.ts'

let server: DatabaseServer
let world: VerifyWorld
beforeAll(async () => {
  server = await startDatabaseServer({})
  world = await VerifyWorld.open((await server.createDatabase()).url)
})
afterAll(async () => {
  await world.close()
  await server.close()
})

const nth = (hazard: ScheduleName['hazard'], tier: Tier, side: Side, index: number): ScheduleName => ({
  hazard,
  tier,
  side,
  seed: seedOf(1, hazard, index),
})

/** The first schedule of the default run that violates an invariant. */
async function firstViolated(judge: Judge, hazard: ScheduleName['hazard'], side: Side, most: number) {
  for (let index = 0; index < most; index++) {
    const judged = await judge.judge(drawPlan(nth(hazard, 3, side, index)))
    if (judged.violations.length > 0) return judged
  }
  return undefined
}

test.each(HAZARDS.map(({ id }) => id))(
  '%s is shown with the flags off, and replays exactly',
  async (hazard) => {
    const judge = new Judge(world)
    const found = await firstViolated(judge, hazard, 'off', 40)
    expect(found?.violations).not.toHaveLength(0)
    if (!found) return
    const again = await judge.judge(found.executed.plan)
    expect(again.violations).toEqual(found.violations)
    expect(historyDigest(again)).toBe(historyDigest(found))
  },
)

test('a schedule is the same on a fresh database, with other clients, on a machine that is kept busy', async () => {
  const plan = drawPlan(nth('H10', 3, 'on', 3))
  const first = await new Judge(world).judge(plan)
  const other = await VerifyWorld.open((await server.createDatabase()).url)
  let busy = true
  const burn = () => {
    const until = performance.now() + 3
    while (performance.now() < until);
    if (busy) setImmediate(burn)
  }
  burn()
  try {
    expect(historyDigest(await new Judge(other).judge(plan))).toBe(historyDigest(first))
  } finally {
    busy = false
    await other.close()
  }
})

test('a failing schedule shrinks, fails as before, and is explained with the place marked', async () => {
  const judge = new Judge(world)
  const found = await firstViolated(judge, 'H5', 'off', 40)
  if (!found) throw new Error('nothing to shrink')
  const smallest = await shrink(found, (plan) => judge.judge(plan), 60)
  expect(smallest.executed.trace.length).toBeLessThanOrEqual(found.executed.trace.length)
  expect(JSON.stringify(smallest.executed.plan).length).toBeLessThan(
    JSON.stringify(found.executed.plan).length,
  )
  expect(smallest.violations[0]?.invariant).toBe(found.violations[0]?.invariant)
  const { plan, trace } = smallest.executed
  const lines = explainSchedule(plan, trace, smallest.violations)
  expect(lines.filter((line) => line.startsWith('>>') && line.includes('UPDATE'))).toHaveLength(1)
})

/** Two schedules differ in nothing but the side. */
const drawn = ({ flags: _, ...plan }: SchedulePlan) => plan

test('both sides of a hazard have the same schedules, but for the flags', () => {
  for (const { id } of HAZARDS) {
    const [off, on] = (['off', 'on'] as const).map((side) => drawPlan(nth(id, 2, side, 0)))
    if (off && on) expect(drawn(on)).toEqual(drawn(off))
  }
})

test('an engine that answers finished while work is left is caught', async () => {
  // It says that a run is done as soon as it is told that another holds it.
  const hasty = (engine: Engine): Engine => ({
    ...engine,
    processNext: async (runId, options) => {
      const outcome = await engine.processNext(runId, options)
      return outcome.state === 'busy' ? { state: 'finished', status: 'COMPLETED' } : outcome
    },
  })
  const found = await firstViolated(new Judge(world, hasty), 'H7', 'on', 20)
  expect(found?.violations[0]?.invariant).toBe('a run comes to its end, whoever died')
})

test('the engine as it is passes the same schedules', async () => {
  expect(await firstViolated(new Judge(world), 'H7', 'on', 20)).toBeUndefined()
})
