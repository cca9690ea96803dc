import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LoadResult, loadResultSchema } from '../reports/index.ts'

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function load(...args: string[]): Promise<Ended> {
  const command = ['--import', 'tsx', 'bench/cli/load.ts', ...args]
  return new Promise((resolve) => {
    execFile(process.execPath, command, { maxBuffer: 64 * 2 ** 20 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

let folder: string
let ended: Ended
let result: LoadResult
const RUNS = 12

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'load-command-test-'))
  ended = await load(
    ...['--rate', '12/m', '--poisson', '--duration', '2m', '--runs', String(RUNS), '--time-scale', '20'],
    ...['--engines', '2', '--kill-one', '--objective', '1h', '--out', folder],
    ...['--threshold', 'completed count==12', '--threshold', 'run p(99)<1ms'],
  )
  result = loadResultSchema.parse(JSON.parse(await readFile(join(folder, 'load.json'), 'utf8')))
}, 180_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

const only = () => result.loads[0] as LoadResult['loads'][number]

test('with one of two engines killed, every run is completed', () => {
  expect(only().runs).toMatchObject({ offered: RUNS, started: RUNS, completed: RUNS, dropped: 0 })
  expect(only().disturbances.map(({ what }) => what)).toEqual([
    'kill -9 of engine 2; it was not started again',
  ])
})

test('with one of two engines killed, all invariants hold', () => {
  expect(only().invariants.map(({ state }) => state)).toEqual(only().invariants.map(() => 'held'))
  expect(only().invariants).toHaveLength(7)
})

test('no answer is an error that a client is not meant to repeat', () => {
  expect(only().errors.filter(({ retryable }) => !retryable)).toEqual([])
  const statuses = only().routes.flatMap((route) => Object.keys(route.statuses))
  expect(statuses.filter((status) => status.startsWith('5') && status !== '503')).toEqual([])
  expect(only().loggedErrors).toEqual([])
})

test('the time series adds up to the whole', () => {
  const { series, runs, routes } = only()
  const sum = (of: (bucket: (typeof series)[number]) => number) =>
    series.reduce((total, bucket) => total + of(bucket), 0)
  expect(sum(({ started }) => started)).toBe(runs.started)
  expect(sum(({ finished }) => finished)).toBe(runs.completed)
  expect(sum(({ requests }) => requests)).toBe(routes.reduce((total, { requests }) => total + requests, 0))
  expect(sum(({ calls }) => calls?.attempts ?? 0)).toBe(only().calls?.attempts)
})

test('PostgreSQL counted the statements, and none of those that watch it', () => {
  const { statements } = only()
  if (statements.state !== 'measured') throw new Error(`expected statements, got ${statements.reason}`)
  const texts = statements.statements.map(({ text }) => text)
  expect(texts.some((text) => text.startsWith('UPDATE "public"."Run"'))).toBe(true)
  expect(texts.filter((text) => text.includes('pg_stat_'))).toEqual([])
})

test('every process was looked at, and how it ended is told', () => {
  expect(only().processes.map(({ name, end }) => [name, end])).toEqual([
    ['engine 1', 'stopped'],
    ['engine 2', 'killed'],
    ['mock', 'stopped'],
    ['PostgreSQL', 'stopped'],
    ['generator', 'stopped'],
  ])
  expect(only().processes.every(({ maxRssBytes }) => maxRssBytes > 2 ** 20)).toBe(true)
})

test('a threshold that is broken makes the exit code 1, and one that holds is told of, too', () => {
  expect(ended.code).toBe(1)
  expect(only().thresholds.map(({ held }) => held)).toEqual([true, false])
})

test('the report in Markdown says what the JSON says', async () => {
  const markdown = await readFile(join(folder, 'load.md'), 'utf8')
  expect(markdown).toContain(`${RUNS} offered; ${RUNS} completed, 0 dropped`)
  expect(markdown).toContain('✗ Threshold run p(99)')
})

test('users on the connections of a killed engine change over, and every run is completed', async () => {
  const out = join(folder, 'closed')
  const { code } = await load(
    ...['--connections', '4', '--duration', '30s', '--time-scale', '20', '--engines', '2', '--kill-one'],
    ...['--out', out],
  )
  const { loads } = loadResultSchema.parse(JSON.parse(await readFile(join(out, 'load.json'), 'utf8')))
  expect(loads[0]?.disturbances).toHaveLength(1)
  expect(loads[0]?.generator.autocannon).toEqual({ connections: 4, changedOver: 2 })
  const { offered = 0, completed } = loads[0]?.runs ?? {}
  expect(offered).toBeGreaterThanOrEqual(4)
  expect([completed, code]).toEqual([offered, 0])
}, 120_000)

test('a kill that comes after the last run is told of', async () => {
  const out = join(folder, 'too-short')
  await load(
    ...['--connections', '1', '--runs', '1', '--duration', '60m', '--time-scale', '20', '--tier', '0'],
    ...['--engines', '2', '--kill-one', '--out', out],
  )
  const { loads } = loadResultSchema.parse(JSON.parse(await readFile(join(out, 'load.json'), 'utf8')))
  expect(loads[0]?.warnings.join()).toContain('--kill-one killed nothing: all runs had ended before 30 min')
}, 120_000)

test('runs that workers of the queue go on with are completed, and nothing else is asked for', async () => {
  const out = join(folder, 'workers')
  const { code } = await load(
    ...['--rate', '12/m', '--runs', '6', '--duration', '1m', '--time-scale', '20', '--workers', '2'],
    ...['--threshold', 'completed count==6', '--out', out],
  )
  const { loads, setting } = loadResultSchema.parse(
    JSON.parse(await readFile(join(out, 'load.json'), 'utf8')),
  )
  expect([code, setting.dispatch]).toEqual([0, 'pg-boss'])
  expect(loads[0]?.invariants.every(({ state }) => state === 'held')).toBe(true)
  expect(loads[0]?.routes.map(({ route }) => route)).toEqual(['POST /runs', 'GET /runs/:id'])
}, 120_000)

test('a mistake is one sentence and exit code 2', async () => {
  const { code, stderr } = await load('--rate', 'many')
  expect([code, stderr.trim().split('\n').length]).toEqual([2, 1])
  expect(stderr).toMatch(/^tierbench: expected --rate to be a rate/)
})

test('a target that nobody listens at ends with 2 and a sentence, before anything is offered', async () => {
  const { code, stdout, stderr } = await load(
    '--rate',
    '1',
    '--target',
    'http://127.0.0.1:9',
    '--out',
    folder,
  )
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(/^tierbench: expected a service that answers at .*ECONNREFUSED.*\n$/)
})

test('a target whose answers are all wrong ends with 1', async () => {
  const wrong = createServer((_, response) => response.writeHead(500).end('<html>')).listen(0, '127.0.0.1')
  await once(wrong, 'listening')
  const url = `http://127.0.0.1:${(wrong.address() as AddressInfo).port}`
  try {
    const out = join(folder, 'wrong')
    const { code, stdout } = await load('--rate', '5', '--duration', '1s', '--target', url, '--out', out)
    expect(code).toBe(1)
    expect(stdout).toContain('✗ No run was completed.')
  } finally {
    wrong.close()
  }
})
