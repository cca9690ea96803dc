import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { smoke } from '../../scenarios/index.ts'
import { type DatabaseServer, startDatabaseServer } from '../environment/index.ts'
import { UsageError } from '../run/index.ts'
import { measureCommit } from './base-commit.ts'
import { failuresIn } from './baseline.ts'
import { lastLine } from './commit-tree.ts'
import { measureOn, whole } from './measure.ts'
import type { PartServer } from './part.ts'

const { signal } = new AbortController()
const silent = { started: () => {}, ended: () => {} }
let server: DatabaseServer
let folder: string
beforeAll(async () => {
  server = await startDatabaseServer({ databaseUrl: process.env.DATABASE_URL || undefined, signal })
  folder = await mkdtemp(join(tmpdir(), 'measure-test-'))
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

test('a scenario that breaks off is named with its mode, and the others are measured all the same', async () => {
  const hopeless = { ...smoke, name: 'hopeless' }
  let asked = 0
  const failing: PartServer = {
    version: server.version,
    createDatabase: () =>
      ++asked === 2 ? Promise.reject(new Error('the disk is full')) : server.createDatabase(),
  }
  const measured = await measureOn(failing, { scenarios: [hopeless, smoke], probes: [] }, silent, signal)
  expect(Object.keys(measured.figures.scenarios)).toEqual(['smoke'])
  expect(measured.broken).toEqual({ hopeless: 'batched: it broke off: the disk is full' })
  expect(() => whole(measured)).toThrow('hopeless: batched: it broke off: the disk is full')
  expect(failuresIn(measured.figures)).toEqual([])
})

test('a stop is no scenario that broke off', async () => {
  const stopped = AbortSignal.abort(new Error('stopped'))
  const plan = { scenarios: [smoke], probes: [] }
  await expect(measureOn(server, plan, silent, stopped)).rejects.toThrow('stopped')
})

test('a commit from before the gate is refused, and the sentence says so', async () => {
  const measured = measureCommit('a'.repeat(40), folder, ['smoke'], signal)
  await expect(measured).rejects.toThrow(UsageError)
  await expect(measured).rejects.toThrow(
    'expected a commit that has a gate to be measured by, got aaaaaaaaaaaa',
  )
})

test.each([
  [
    'a crash of Node',
    "x.ts:1\n\nSyntaxError: no export 'a'\n    at link (x)\n\nNode.js v20.20.2\n",
    "SyntaxError: no export 'a'",
  ],
  ['a sentence', 'one\ntierbench: expected a baseline\n', 'tierbench: expected a baseline'],
  ['nothing', '', 'Error: failed'],
])('of %s the line that says why is kept', (_, stderr, line) => {
  expect(lastLine(Object.assign(new Error('failed'), { stderr }))).toBe(line)
})

test('failing checks and violated schedules are failures of a baseline, each once', () => {
  const failing = { metrics: {}, parts: { checks: { 'no log line was lost (safe: 1 of 2 lines)': 1 } } }
  const baseline = {
    scenarios: { smoke: { hash: 'h', modes: { batched: failing, safe: failing } } },
    probes: { verify: { hash: 'v', modes: { safe: { metrics: {}, parts: { violations: { H1: 1 } } } } } },
  }
  expect(failuresIn(baseline as never)).toEqual([
    'smoke: no log line was lost (safe: 1 of 2 lines)',
    'verify: H1',
  ])
})
