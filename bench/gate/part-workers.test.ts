import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { smoke } from '../../scenarios/index.ts'
import { type Database, type DatabaseServer, startDatabaseServer } from '../environment/index.ts'
import type { Part, PartServer } from './part.ts'
import { startPartWorkers } from './part-workers.ts'

const { signal } = new AbortController()
const silent = { started: () => {}, ended: () => {} }
/** The first is measured in this process, the second in the other. */
const PARTS: readonly Part[] = [
  { scenario: { ...smoke, name: 'here' } },
  { scenario: { ...smoke, name: 'there' } },
]
let server: DatabaseServer
beforeAll(async () => {
  server = await startDatabaseServer({ databaseUrl: process.env.DATABASE_URL || undefined, signal })
})
afterAll(() => server.close())

/** The pids of the processes that measure for this one. */
function workerPids(): number[] {
  const list = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
  return list.split('\n').flatMap((line) => {
    const [pid, ppid] = line.trim().split(/\s+/, 2).map(Number)
    return ppid === process.pid && pid && line.includes('part-worker.ts') ? [pid] : []
  })
}

/** The server, and the databases on it that were made here and are still there. */
function watched(): { readonly server: PartServer; readonly left: Set<string> } {
  const left = new Set<string>()
  const createDatabase = async (): Promise<Database> => {
    const database = await server.createDatabase()
    left.add(database.name)
    const drop = async () => {
      await database.drop()
      left.delete(database.name)
    }
    return { ...database, drop }
  }
  return { server: { version: server.version, createDatabase }, left }
}

test('two processes measure the same, in the order of the parts, and leave no database', async () => {
  const workers = startPartWorkers(1)
  const { server: counted, left } = watched()
  const ended: string[] = []
  try {
    expect(workerPids()).toHaveLength(1)
    const progress = { started: () => {}, ended: ({ name }: { name: string }) => ended.push(name) }
    const outcomes = await workers.measure(counted, PARTS, progress, signal)
    const [here, there] = outcomes.map((outcome) => ('result' in outcome ? outcome.result : undefined))
    expect([here?.name, there?.name]).toEqual(['here', 'there'])
    expect(there?.modes.map(({ duration }) => duration.p50Ms)).toEqual(
      here?.modes.map(({ duration }) => duration.p50Ms),
    )
    expect(there?.modes.map(({ repetitions: [one] }) => one?.roundTrips.length)).toEqual(
      here?.modes.map(({ repetitions: [one] }) => one?.roundTrips.length),
    )
    expect(ended.filter((name) => name === 'there')).toHaveLength(4)
    expect([...left]).toEqual([])
  } finally {
    await workers.stop()
  }
  expect(workerPids()).toEqual([])
})

test('the part of a process that dies has broken off, and this one measures the others', async () => {
  const workers = startPartWorkers(1)
  const brokeOff: string[] = []
  const progress = {
    started: ({ name }: { name: string }) => {
      if (name === 'there') for (const pid of workerPids()) process.kill(pid, 'SIGKILL')
    },
    ended: () => {},
    brokeOff: ({ name }: { name: string }, what: string) => brokeOff.push(`${name}, ${what}`),
  }
  try {
    const parts = [...PARTS, { scenario: { ...smoke, name: 'last' } }]
    const [here, there, last] = await workers.measure(server, parts, progress, signal)
    expect(there).toEqual({
      broken: 'there',
      reason: 'sequential: it broke off: a process that measures ended with SIGKILL',
    })
    expect([here, last].map((one) => one && 'result' in one && one.result.name)).toEqual(['here', 'last'])
    expect(brokeOff).toEqual(['there, sequential'])
  } finally {
    await workers.stop()
  }
})

test('a process that dies while it is written to is no crash of this one', async () => {
  const workers = startPartWorkers(1)
  let there = false
  const progress = {
    started: ({ name }: { name: string }) => {
      there ||= name === 'there'
    },
    ended: () => {},
  }
  const killing: PartServer = {
    version: server.version,
    async createDatabase() {
      const database = await server.createDatabase()
      if (there) {
        for (const pid of workerPids()) process.kill(pid, 'SIGKILL')
        // Nobody has told this process yet when it sends its answer.
        execFileSync('sleep', ['0.3'])
      }
      return database
    },
  }
  const [, broken] = await workers.measure(killing, PARTS, progress, signal)
  expect(broken).toHaveProperty('broken', 'there')
  await workers.stop()
})

test('one that was gone before it was asked is given nothing', async () => {
  const workers = startPartWorkers(1)
  for (const pid of workerPids()) process.kill(pid, 'SIGKILL')
  // Its end is told a moment later.
  await new Promise((resolve) => setTimeout(resolve, 300))
  const outcomes = await workers.measure(server, PARTS, silent, signal)
  expect(outcomes.map((one) => 'result' in one && one.result.name)).toEqual(['here', 'there'])
  await workers.stop()
})

test('a stop ends both, with its reason', async () => {
  const workers = startPartWorkers(1)
  const stop = new AbortController()
  const progress = { started: () => stop.abort(new Error('stopped')), ended: () => {} }
  try {
    await expect(workers.measure(server, PARTS, progress, stop.signal)).rejects.toThrow('stopped')
  } finally {
    await workers.stop()
  }
  expect(workerPids()).toEqual([])
})
