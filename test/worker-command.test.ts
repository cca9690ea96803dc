// npm start -- --dispatch pg-boss and npm run worker, as processes on one database and one mock, in real time
// that is scaled: only counts are looked at, never times.
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Database, type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { type MockProcess, startMockProcess } from './mock-clients/mock-process.ts'
import { root, spawnCommand } from './spawned-command.ts'

const SCALE = ['--time-scale', '50']
const ENGINE = [...SCALE, '--pool', '5', '--budget', '100', '--lease', '100']
const UPLOADS = [{ filename: 'notes.md', content: 'As a clerk I want to correct an invoice.' }]
/** What one run of one upload becomes. */
const OF_A_RUN = { cards: 6, epics: 2, stories: 16, subtasks: 80 }

let server: DatabaseServer
beforeAll(async () => {
  server = await startDatabaseServer({})
})
afterAll(() => server.close())

let database: Database
let mock: MockProcess
let query: pg.Client
const spawned: ReturnType<typeof spawnCommand>[] = []
beforeEach(async () => {
  database = await server.createDatabase()
  mock = await startMockProcess('--latency', 'plan', ...SCALE)
  query = new pg.Client({ connectionString: database.url })
  await query.connect()
})
afterEach(async () => {
  for (const { child } of spawned) child.kill('SIGKILL')
  await Promise.all(spawned.splice(0).map(({ ended }) => ended))
  await mock.stop()
  await query.end()
  await database.drop()
})

function start(command: 'start' | 'worker', args: readonly string[], announcement: RegExp) {
  const env = { DATABASE_URL: database.url, ANTHROPIC_BASE_URL: mock.url }
  const script = join(root, `bench/cli/${command}.ts`)
  const process_ = spawnCommand([process.execPath, '--import', 'tsx', script, ...args], env, announcement)
  spawned.push(process_)
  return process_
}

const startWorker = async (...args: string[]) => {
  const worker = start('worker', [...ENGINE, '--metrics-port', '0', ...args], /Metrics: (\S+)/)
  const url = await worker.announced()
  const metric = async (name: string) =>
    Number(new RegExp(`^${name} (\\S+)`, 'm').exec(await (await fetch(url)).text())?.[1])
  return { ...worker, metric }
}

const startService = (...args: string[]) =>
  start('start', ['--port', '0', ...ENGINE, ...args], /API on (\S+);/).announced()

async function createRuns(url: string, count: number): Promise<string[]> {
  const create = async () => {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${url}/runs`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ uploads: UPLOADS }),
    })
    return ((await response.json()) as { id: string }).id
  }
  return Promise.all(Array.from({ length: count }, create))
}

const rows = async (sql: string) => (await query.query(sql)).rows
const runsBy = (status: string) =>
  rows(`SELECT count(*)::int AS runs FROM "Run" WHERE status = '${status}'`).then(([{ runs }]) => runs)
const allCompleted = (count: number) =>
  expect.poll(() => runsBy('COMPLETED'), { timeout: 90_000, interval: 200 }).toBe(count)

/** How many runs have exactly what a run becomes, and how many there are of everything. */
async function written() {
  const [counts] = await rows(`SELECT
    (SELECT count(*)::int FROM "Card") AS cards, (SELECT count(*)::int FROM "RunEpic") AS epics,
    (SELECT count(*)::int FROM "Story") AS stories, (SELECT count(*)::int FROM "Subtask") AS subtasks`)
  return counts
}
const times = (count: number) =>
  Object.fromEntries(Object.entries(OF_A_RUN).map(([kind, of]) => [kind, of * count]))

test('two workers finish 40 runs although one is killed and one request in forty is refused; nothing is doubled', async () => {
  await mock.setFaults([{ status: 429, retryAfterSeconds: 3, everyNthRequest: 40 }])
  const url = await startService('--dispatch', 'pg-boss')
  const [killed] = await Promise.all([startWorker(), startWorker()])
  await createRuns(url, 40)
  await expect.poll(() => runsBy('COMPLETED'), { timeout: 120_000 }).toBeGreaterThan(2)
  expect(await killed.metric('tierbench_invocations_under_way')).toBeGreaterThan(0)
  killed.child.kill('SIGKILL')
  await allCompleted(40)
  expect(await written()).toEqual(times(40))
  expect((await mock.statuses()).filter((status) => status === 429).length).toBeGreaterThan(10)
  const [{ uneven }] = await rows(`SELECT count(*)::int AS uneven FROM (
    SELECT "epicId" FROM "Story" GROUP BY 1 HAVING count(*) <> 8 UNION ALL
    SELECT "storyId" FROM "Subtask" GROUP BY 1 HAVING count(*) <> 5) AS parents`)
  expect(uneven).toBe(0)
  const [{ governors }] = await rows('SELECT count(*)::int AS governors FROM "RateLimitState"')
  expect(governors).toBe(1)
}, 180_000)

test('a worker that is stopped hands its runs over, and the next one finishes them', async () => {
  const url = await startService('--dispatch', 'pg-boss')
  const first = await startWorker()
  await createRuns(url, 5)
  await expect.poll(() => first.metric('tierbench_invocations_under_way'), { timeout: 30_000 }).toBe(5)
  const { code, stdout } = await first.stop()
  const states = await rows('SELECT DISTINCT state::text FROM pgboss.job ORDER BY 1')
  expect([code, await runsBy('RUNNING'), states]).toEqual([
    0,
    0,
    [{ state: 'completed' }, { state: 'created' }],
  ])
  expect(stdout).not.toContain('"level":"error"')
  await startWorker()
  await allCompleted(5)
  expect(await written()).toEqual(times(5))
}, 120_000)

test('the runs of a worker that is killed go on when its lease is over, long before their jobs expire', async () => {
  // A job expires after 11 minutes, of the wall clock too: who sends it says when.
  const url = await startService('--dispatch', 'pg-boss', '--budget', '30000')
  const killed = await startWorker('--budget', '30000')
  await createRuns(url, 3)
  await expect.poll(() => killed.metric('tierbench_invocations_under_way'), { timeout: 30_000 }).toBe(3)
  killed.child.kill('SIGKILL')
  await startWorker('--budget', '30000')
  await allCompleted(3)
  expect(await written()).toEqual(times(3))
}, 150_000)

test('several jobs of one run do no harm', async () => {
  const url = await startService('--dispatch', 'pg-boss')
  await createRuns(url, 3)
  // As a client would leave them that sends what was sent already.
  await rows(`INSERT INTO pgboss.job (name, data, expire_in, retry_limit, policy, singleton_key)
    SELECT name, data, expire_in, retry_limit, policy, singleton_key FROM pgboss.job, generate_series(1, 3)`)
  const [worker] = await Promise.all([startWorker(), startWorker()])
  await allCompleted(3)
  await expect.poll(() => worker.metric('tierbench_jobs_waiting'), { timeout: 30_000 }).toBe(0)
  expect(await written()).toEqual(times(3))
}, 120_000)

test('two services on one mock without a key of its own share one governor', async () => {
  const urls = await Promise.all([startService('--auto'), startService('--auto')])
  await Promise.all(urls.map((url) => createRuns(url, 2)))
  await allCompleted(4)
  const [state] = await rows('SELECT count(*)::int AS governors FROM "RateLimitState"')
  expect([state.governors, await written()]).toEqual([1, times(4)])
}, 120_000)
