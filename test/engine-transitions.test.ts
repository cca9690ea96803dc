// Each transition that docs/engine.md draws is made by the engine, on a real PostgreSQL; and it makes no other.
import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Database, type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { type Engine, parseFlags, TIER_FLAGS } from '../engine/index.ts'
import { claimItem, giveBackItem } from '../engine/persistence/claims.ts'
import type { ClaudeMockOptions } from '../mocks/index.ts'
import { type EngineWorld, openEngineWorld, UPLOADS } from './engine-world.ts'
import { readDiagrams } from './state-diagram.ts'

let server: DatabaseServer
let database: Database
let world: EngineWorld
beforeAll(async () => {
  server = await startDatabaseServer({})
})
afterAll(() => server.close())
beforeEach(async () => {
  database = await server.createDatabase()
})
afterEach(async () => {
  await world.close()
  await database.drop()
})

const [naive, safe] = [TIER_FLAGS[0], TIER_FLAGS[2]]
const severalAtOnce = parseFlags('parallelUploads=2,parallelEpics=2', TIER_FLAGS[2])

/** Opens a world whose database writes down each change of a status or of a claim. */
async function open(mock: Partial<ClaudeMockOptions> = {}): Promise<void> {
  world = await openEngineWorld(database, mock)
  const run = (sql: string) => world.db.$executeRawUnsafe(sql)
  await run('CREATE TABLE transition (machine text, step text, UNIQUE (machine, step))')
  await run(`CREATE FUNCTION write_down() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF (OLD.status, OLD."leaseOwner", OLD."leaseExpiresAt") IS DISTINCT FROM (NEW.status, NEW."leaseOwner", NEW."leaseExpiresAt") THEN
      INSERT INTO transition VALUES (TG_ARGV[0], OLD.status || ' ' || NEW.status) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
  END $$`)
  const tables = { Run: 'run', Upload: 'item', RunEpic: 'item', RunStory: 'item' }
  for (const [table, machine] of Object.entries(tables)) {
    await run(
      `CREATE TRIGGER write_down AFTER UPDATE ON "${table}" FOR EACH ROW EXECUTE FUNCTION write_down('${machine}')`,
    )
  }
}

async function written(machine: 'run' | 'item'): Promise<string[]> {
  const rows = await world.db.$queryRaw<
    { step: string }[]
  >`SELECT step FROM transition WHERE machine = ${machine}`
  return rows.map(({ step }) => step).sort()
}

const toTheEnd = (engine: Engine, runId: string) => world.clock.drive(() => engine.processNext(runId))

/** These requests, from 1, are refused for good. */
const refusing = (...nth: number[]): Partial<ClaudeMockOptions> => ({
  faults: nth.map((nthRequest) => ({ nthRequest, status: 429, errorCode: 'enforced_spend_limit_reached' })),
})

interface Path {
  readonly name: string
  readonly mock?: Partial<ClaudeMockOptions>
  readonly go: () => Promise<unknown>
  /** Steps that this path makes, beside others. */
  readonly run?: readonly string[]
  readonly item?: readonly string[]
}

/** A run of which the first upload is held by a process that is dead. */
async function heldByTheDead(engine: Engine, status: 'RESERVED' | 'GENERATING') {
  const runId = await engine.createRun(UPLOADS)
  const { id } = await world.db.upload.findFirstOrThrow({ where: { runId, position: 0 } })
  const leaseExpiresAt = new Date(world.clock.now() - 1)
  await world.db.upload.update({ where: { id }, data: { status, leaseOwner: 'dead', leaseExpiresAt } })
  await world.db.$executeRaw`DELETE FROM transition`
  return { runId, id }
}

const paths: readonly Path[] = [
  {
    name: 'claim, renew and end; items one at a time',
    async go() {
      const engine = world.engine({ flags: safe, leaseMs: 600 })
      await toTheEnd(engine, await engine.createRun(UPLOADS))
    },
    run: ['PENDING RUNNING', 'RUNNING RUNNING', 'RUNNING COMPLETED'],
    item: ['PENDING GENERATING', 'GENERATING GENERATING', 'GENERATING COMPLETED'],
  },
  {
    name: 'claim and end without compare-and-swap',
    async go() {
      const engine = world.engine({ flags: naive })
      await toTheEnd(engine, await engine.createRun(UPLOADS))
    },
    run: ['PENDING RUNNING', 'RUNNING COMPLETED'],
    item: ['PENDING GENERATING', 'GENERATING COMPLETED'],
  },
  {
    name: 'items several at a time are reserved, then started',
    async go() {
      const engine = world.engine({ flags: severalAtOnce })
      await toTheEnd(engine, await engine.createRun(UPLOADS))
    },
    item: ['PENDING RESERVED', 'RESERVED GENERATING', 'GENERATING COMPLETED'],
  },
  {
    name: 'hand over and hand back when the budget is used up',
    mock: { faults: [{ nthRequest: 1, status: 500, afterMs: 15_000 }] },
    async go() {
      const engine = world.engine({ flags: safe, budgetMs: 20_000 })
      const runId = await engine.createRun(UPLOADS)
      await world.clock.drive(async () => {
        while ((await engine.processNext(runId)).state === 'continue');
      })
    },
    run: ['RUNNING PENDING'],
  },
  {
    name: 'hand over and hand back when the caller ends the invocation',
    async go() {
      const engine = world.engine({ flags: safe })
      const runId = await engine.createRun(UPLOADS)
      const controller = new AbortController()
      void world.clock.sleep(500).then(() => controller.abort(new Error('deploy')))
      const broken = world.clock.drive(() => engine.processNext(runId, { signal: controller.signal }))
      await expect(broken).rejects.toThrow('deploy')
    },
    run: ['RUNNING PENDING'],
    item: ['GENERATING PENDING'],
  },
  {
    name: 'a reserved item is handed back',
    async go() {
      const runId = await world.engine({ flags: safe }).createRun(UPLOADS)
      const upload = await world.db.upload.findFirstOrThrow({ where: { runId } })
      const expiresAt = new Date(world.clock.now() + 60_000)
      const claimant = { lease: { owner: 'me', expiresAt }, generation: 1 }
      const claim = await claimItem(world.db, safe, 'upload', upload, claimant, 'RESERVED')
      if (claim) await giveBackItem(world.db, safe, claim)
    },
    item: ['PENDING RESERVED', 'RESERVED PENDING'],
  },
  {
    name: 'a part that failed, and its retry',
    mock: refusing(2),
    async go() {
      const engine = world.engine({ flags: safe })
      const runId = await engine.createRun(UPLOADS)
      await toTheEnd(engine, runId)
      await engine.retry(runId)
      await toTheEnd(engine, runId)
    },
    run: ['RUNNING COMPLETED_WITH_ERRORS', 'COMPLETED_WITH_ERRORS PENDING', 'RUNNING COMPLETED'],
    item: ['GENERATING FAILED', 'FAILED PENDING'],
  },
  {
    name: 'all that failed, and its retry',
    mock: refusing(1, 2),
    async go() {
      const engine = world.engine({ flags: safe })
      const runId = await engine.createRun(UPLOADS)
      await toTheEnd(engine, runId)
      await engine.retry(runId)
    },
    run: ['RUNNING FAILED', 'FAILED PENDING'],
    item: ['GENERATING FAILED', 'FAILED PENDING'],
  },
  {
    name: 'regeneration of a run that is complete, with rows that are kept',
    async go() {
      const engine = world.engine({ flags: safe })
      const runId = await engine.createRun(UPLOADS)
      await toTheEnd(engine, runId)
      await engine.regenerate(runId, { phase: 'story-generation', existing: 'skip' })
      await toTheEnd(engine, runId)
    },
    run: ['COMPLETED PENDING'],
    item: ['COMPLETED PENDING', 'GENERATING COMPLETED'],
  },
  {
    name: 'cancel before, and retry',
    async go() {
      const engine = world.engine({ flags: safe })
      const runId = await engine.createRun(UPLOADS)
      await engine.cancel(runId)
      await engine.retry(runId)
    },
    run: ['PENDING CANCELLED', 'CANCELLED PENDING'],
    item: ['PENDING CANCELLED', 'CANCELLED PENDING'],
  },
  {
    name: 'cancel while it is worked on',
    async go() {
      const engine = world.engine({ flags: safe })
      const runId = await engine.createRun(UPLOADS)
      await world.clock.drive(() =>
        Promise.all([engine.processNext(runId), world.clock.sleep(500).then(() => engine.cancel(runId))]),
      )
    },
    run: ['RUNNING CANCELLED'],
    item: ['GENERATING CANCELLED', 'PENDING CANCELLED'],
  },
  {
    name: 'cancel of what is reserved',
    async go() {
      const engine = world.engine({ flags: safe })
      await engine.cancel((await heldByTheDead(engine, 'RESERVED')).runId)
    },
    item: ['RESERVED CANCELLED'],
  },
  {
    name: 'take-over of what was reserved, by one that works on one item at a time',
    async go() {
      const engine = world.engine({ flags: safe })
      await toTheEnd(engine, (await heldByTheDead(engine, 'RESERVED')).runId)
    },
    item: ['RESERVED GENERATING'],
  },
  {
    name: 'take-over of what was under way, by one that works on one item at a time',
    async go() {
      const engine = world.engine({ flags: safe })
      await toTheEnd(engine, (await heldByTheDead(engine, 'GENERATING')).runId)
    },
    item: ['GENERATING GENERATING'],
  },
  {
    name: 'take-over of what was reserved, by one that works on several',
    async go() {
      const engine = world.engine({ flags: severalAtOnce })
      await toTheEnd(engine, (await heldByTheDead(engine, 'RESERVED')).runId)
    },
    item: ['RESERVED RESERVED', 'RESERVED GENERATING'],
  },
  {
    name: 'take-over of what was under way, by one that works on several',
    async go() {
      const engine = world.engine({ flags: severalAtOnce })
      await toTheEnd(engine, (await heldByTheDead(engine, 'GENERATING')).runId)
    },
    item: ['GENERATING RESERVED', 'RESERVED GENERATING'],
  },
]

const [drawnRun = [], drawnItem = []] = readDiagrams(
  readFileSync(new URL('../docs/engine.md', import.meta.url), 'utf8'),
).map((arrows) => arrows.filter(({ from }) => from !== '[*]').map(({ from, to }) => `${from} ${to}`))

test.each(paths)('$name', async ({ mock, go, run = [], item = [] }) => {
  await open(mock)
  await go()
  const [ofRun, ofItems] = [await written('run'), await written('item')]
  expect(ofRun).toEqual(expect.arrayContaining([...run]))
  expect(ofItems).toEqual(expect.arrayContaining([...item]))
  // What is not drawn does not happen.
  expect(ofRun.filter((step) => !drawnRun.includes(step))).toEqual([])
  expect(ofItems.filter((step) => !drawnItem.includes(step))).toEqual([])
})

test('every transition that is drawn has a path here that makes it', () => {
  const covered = (machine: 'run' | 'item') => new Set(paths.flatMap((path) => path[machine] ?? []))
  expect(drawnRun.filter((step) => !covered('run').has(step))).toEqual([])
  expect(drawnItem.filter((step) => !covered('item').has(step))).toEqual([])
})
