// The service of somebody else, as its users start it: in a process of its own, with the standalone mock and
// the database proxy before it.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  type DatabaseProxy,
  serveStats,
  startDatabaseProxy,
  urlThroughProxy,
} from '../bench/db-proxy/index.ts'
import {
  type ChildServer,
  type DatabaseServer,
  printedUrl,
  startChildServer,
  startDatabaseServer,
} from '../bench/environment/index.ts'
import { contractErrorSchema } from '../engine/http/index.ts'
import { initialMigration } from '../prisma/migrate.ts'
import { loadResultSchema } from '../reports/index.ts'
import { type MockProcess, startMockProcess } from './mock-clients/mock-process.ts'
import { contractProblems } from './openapi-answers.ts'

const APP = 'examples/foreign-app'
const DOCUMENTS = 2
const uploads = Array.from({ length: DOCUMENTS }, (_, n) => ({
  filename: `notes-${n}.md`,
  content: `Notes ${n}. The clerk corrects an invoice before it is sent.`,
}))

let server: DatabaseServer
let mock: MockProcess
let proxy: DatabaseProxy
let app: ChildServer
let databaseUrl: string
beforeAll(async () => {
  server = await startDatabaseServer()
  databaseUrl = await emptyDatabase()
  const { hostname, port } = new URL(databaseUrl)
  proxy = await startDatabaseProxy({ target: { host: hostname, port: Number(port) } })
  mock = await startMockProcess()
  Object.assign(process.env, {
    DATABASE_URL: urlThroughProxy(databaseUrl, proxy),
    ANTHROPIC_BASE_URL: mock.url,
    ANTHROPIC_API_KEY: 'mock',
    PORT: '0',
    PACING_MS: '0',
    // Over after the first step: each invocation takes one.
    BUDGET_MS: '0',
  })
  app = await startChildServer('the app', [`${APP}/server.ts`], { ready: printedUrl })
})
afterAll(async () => {
  await app.stop()
  await mock.stop()
  await proxy.close()
  await server.close()
})
beforeEach(() => proxy.reset())

/** With nothing of tierbench in it, on the server that the others are on. */
async function emptyDatabase(): Promise<string> {
  const { url } = await server.createDatabase()
  const admin = new pg.Client(url)
  await admin.connect()
  await admin.query('CREATE DATABASE foreign_app')
  await admin.end()
  const own = new URL(url)
  own.pathname = '/foreign_app'
  return own.href
}

const headers = { 'content-type': 'application/json' }

/** Asks, and holds the answer against docs/openapi.json. */
async function ask<Answer>(method: 'get' | 'post', path: string, id = '', body?: unknown): Promise<Answer> {
  const response = await fetch(`${app.told}${path.replace('{id}', id)}`, {
    method,
    ...(body === undefined ? {} : { headers, body: JSON.stringify(body) }),
  })
  const answer = await response.json()
  expect([response.ok, contractProblems(method, path, answer)]).toEqual([true, []])
  return answer as Answer
}

test('a run through the contract finishes, and the proxy counts the round trips that the app makes', async () => {
  const { id, status } = await ask<{ id: string; status: string }>('post', '/runs', '', { uploads })
  expect(status).toBe('PENDING')
  let invocations = 0
  let outcome: { state: string }
  do {
    outcome = await ask('post', '/runs/{id}/process-next', id)
    invocations++
  } while (outcome.state === 'continue')
  expect(outcome).toEqual({ state: 'finished', status: 'COMPLETED' })
  expect(await ask('get', '/runs/{id}', id)).toMatchObject({ status: 'COMPLETED' })

  // A theme for each document, two stories for each theme, and a step for each of the three.
  const steps = 4 * DOCUMENTS
  expect(invocations).toBe(steps + 1)
  const { shapes, roundTrips } = proxy.stats
  expect(Object.fromEntries(shapes.map(({ shape, count }) => [shape, count]))).toEqual({
    'INSERT Plan': 1,
    'INSERT Document': DOCUMENTS,
    // At the start of an invocation, for the log of a step, and for its status in the end.
    'SELECT Plan': invocations + steps + 1,
    // RUNNING in each invocation, counter and log of each step, COMPLETED.
    'UPDATE Plan': invocations + 2 * steps + 1,
    // What is next is looked for in the order of the phases.
    'SELECT Document': invocations,
    'SELECT Theme': invocations - DOCUMENTS,
    'SELECT UserStory': invocations - 2 * DOCUMENTS,
    'INSERT Theme': DOCUMENTS,
    'INSERT Finding': 3 * DOCUMENTS,
    'UPDATE Document': DOCUMENTS,
    'SELECT Finding': DOCUMENTS,
    'INSERT UserStory': 2 * DOCUMENTS,
    'UPDATE Theme': DOCUMENTS,
    'INSERT Task': 2 * DOCUMENTS,
    'UPDATE UserStory': 2 * DOCUMENTS,
  })
  expect(roundTrips).toMatchObject({ pipelined: 0, failed: 0, unanswered: 0, underWay: 0 })
  // One call for each step.
  expect((await mock.statuses()).filter((answered) => answered === 200)).toHaveLength(steps)
})

test('it is loaded through its target, and the report has its round trips', async () => {
  const stats = await serveStats(proxy, 0)
  const folder = await mkdtemp(join(tmpdir(), 'foreign-app-test-'))
  try {
    const args = ['--import', 'tsx', 'bench/cli/load.ts', '--rate', '5', '--duration', '1s', '--runs', '3']
    const urls = ['--target', app.told, '--mock-url', mock.url, '--proxy-url', stats.url]
    await promisify(execFile)(process.execPath, [...args, ...urls, '--out', folder])
    const { loads } = loadResultSchema.parse(JSON.parse(await readFile(join(folder, 'load.json'), 'utf8')))
    expect(loads[0]?.runs).toMatchObject({ started: 3, completed: 3 })
    expect(loads[0]?.roundTrips?.count).toBe(proxy.stats.roundTrips.count)
    expect(loads[0]?.roundTrips?.shapes.find(({ shape }) => shape === 'INSERT Plan')?.count).toBe(3)
  } finally {
    await stats.close(0)
    await rm(folder, { recursive: true })
  }
})

test('a run that fails is finished, too', async () => {
  const { id } = await ask<{ id: string }>('post', '/runs', '', { uploads })
  await mock.setFaults([{ status: 500 }])
  expect(await ask('post', '/runs/{id}/process-next', id)).toEqual({ state: 'finished', status: 'FAILED' })
  await mock.setFaults([])
})

test.each([
  ['a run that there is not', '/runs/none', {}, 404],
  ['a run without documents', '/runs', { method: 'POST', headers, body: '{"uploads": []}' }, 400],
  ['a body that is not JSON', '/runs', { method: 'POST', headers, body: '{' }, 400],
])('%s is an error as the contract has it', async (_, path, init, status) => {
  const response = await fetch(`${app.told}${path}`, init)
  const body = contractErrorSchema.safeParse(await response.json())
  expect([response.status, body.success]).toEqual([status, true])
})

test('its migration makes what its schema asks for', async () => {
  const folder = new URL(`../${APP}/prisma/`, import.meta.url)
  const schema = await readFile(new URL('schema.prisma', folder), 'utf8')
  const migration = await readFile(new URL('migrations/20260114090000_init/migration.sql', folder), 'utf8')
  expect(migration).toBe(await initialMigration(databaseUrl, schema))
})
