// Each kind of fault in the schedules can bite: with the flags off one fails because of it, and not without it.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import {
  drawPlan,
  type HazardId,
  Judge,
  type SchedulePlan,
  seedOf,
  VerifyWorld,
} from '../bench/verify/index.ts'

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

type Actor = SchedulePlan['actors'][number]
const ofActors = (change: (actor: Actor) => Partial<Actor>) => (plan: SchedulePlan) => ({
  ...plan,
  actors: plan.actors.map((actor) => ({ ...actor, ...change(actor) })),
})
const withoutDatabaseFault = (kind: Actor['databaseFaults'][number]['kind']) =>
  ofActors(({ databaseFaults }) => ({
    databaseFaults: databaseFaults.filter((fault) => fault.kind !== kind),
  }))
const withoutStorm = (status: number) => (plan: SchedulePlan) => ({
  ...plan,
  apiFaults: plan.apiFaults.filter((fault) => !('status' in fault && fault.status === status)),
})

const faults: readonly (readonly [string, HazardId, (plan: SchedulePlan) => SchedulePlan])[] = [
  ['death of a process', 'H7', ofActors(() => ({ diesAt: null }))],
  ['kill of an invocation', 'H8', ofActors(() => ({ killedAfterMs: null }))],
  ['a process that stands still', 'H5', ofActors(() => ({ stall: null }))],
  ['a lost connection', 'H6', withoutDatabaseFault('connection-lost')],
  ['a lost answer', 'H6', withoutDatabaseFault('answer-lost')],
  ['a storm of 429', 'H9', withoutStorm(429)],
  ['a storm of 529', 'H9', withoutStorm(529)],
]

/** Up to a hundred schedules: on a busy machine they take long. */
const SLOW_MS = 180_000

test.each(faults)('%s makes a schedule of %s fail', { timeout: SLOW_MS }, async (_, hazard, without) => {
  const judge = new Judge(world)
  const bites = async (plan: SchedulePlan) => {
    const harmless = without(plan)
    if (JSON.stringify(harmless) === JSON.stringify(plan)) return false
    if ((await judge.judge(plan)).violations.length === 0) return false
    return (await judge.judge(harmless)).violations.length === 0
  }
  let bitten = false
  for (let index = 0; index < 100 && !bitten; index++) {
    const plan = drawPlan({ hazard, tier: 2, side: 'off', seed: seedOf(1, hazard, index) })
    // Who stands still is taken over only where there are leases; without transactions what it writes then is there.
    const flags = { ...plan.flags, optimisticLocking: true, transactions: false }
    bitten = await bites(hazard === 'H5' ? { ...plan, flags } : plan)
  }
  expect(bitten).toBe(true)
})
