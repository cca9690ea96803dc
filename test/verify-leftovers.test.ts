// What a schedule leaves open would hold its locks while later ones run, and the cleaning between them would wait for ever.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { drawPlan, Judge, seedOf, VerifyWorld } from '../bench/verify/index.ts'

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

test.each(['H6', 'H8', 'H10'] as const)(
  'no transaction is open after a schedule of %s, whoever died in it',
  async (hazard) => {
    const judge = new Judge(world)
    const open: number[] = []
    for (let index = 0; index < 15; index++) {
      const seed = seedOf(1, hazard, index)
      await judge.judge(drawPlan({ hazard, tier: 3, side: 'on', seed }))
      const { rows } = await world.outside.query<{ open: number }>(
        `SELECT count(*)::int AS open FROM pg_stat_activity
         WHERE datname = current_database() AND state LIKE 'idle in transaction%'`,
      )
      open.push(rows[0]?.open ?? -1)
    }
    expect(open).toEqual(open.map(() => 0))
  },
)
