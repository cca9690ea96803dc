import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { TIER_FLAGS, type Tier } from '../../engine/index.ts'
import type { RealCheck } from '../../reports/index.ts'
import type { Database, DatabaseServer } from '../environment/index.ts'
import { seededNumber } from '../run/index.ts'
import { smallWorkload } from './draw.ts'
import { insertRuns } from './fixture.ts'
import { itemsOf } from './hazards/items.ts'
import { readRunState } from './run-state.ts'

const WORKER = fileURLToPath(new URL('./real-worker.ts', import.meta.url))
/** Real ms: the lease of the processes, and what a run may take with all its deaths. */
export const REAL_LEASE_MS = 2_000
const RUN_LIMIT_MS = 60_000
/** A process is killed after about this long, real ms: in the middle of its work. */
const KILL_AFTER_MS = [900, 2_500] as const
const KILLS = 4

/**
 * The run of two processes on real time, each killed with SIGKILL again and again, then left to end; and what
 * is in the database afterwards. Below Tier 2 nothing is promised to a process that dies.
 */
export async function realChecks(
  server: DatabaseServer,
  tier: Tier,
  seed: number,
  signal: AbortSignal,
): Promise<RealCheck[]> {
  const name = 'kill -9 of real worker processes in the middle of a run'
  if (tier < 2)
    return [{ name, state: 'skipped', detail: `Tier ${tier} promises nothing to processes that die` }]
  const database = await server.createDatabase()
  try {
    return [await killWorkers(database, tier, seed, name, signal)]
  } finally {
    await database.drop()
  }
}

async function killWorkers(
  database: Database,
  tier: Tier,
  seed: number,
  name: string,
  signal: AbortSignal,
): Promise<RealCheck> {
  const workload = smallWorkload({ uploads: 6, leaseMs: REAL_LEASE_MS })
  const client = new pg.Client({ connectionString: database.url })
  client.on('error', () => {})
  await client.connect()
  const children = new Set<ChildProcess>()
  let ended = false
  let kills = 0
  try {
    const [runId = ''] = await insertRuns(client, workload, TIER_FLAGS[tier], seed)
    const lane = async (index: number) => {
      for (let n = 0; !ended && !signal.aborted; n++) {
        const child = fork(WORKER, [database.url, runId, String(tier)], {
          execArgv: ['--import', 'tsx'],
          stdio: 'ignore',
        })
        children.add(child)
        const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
        const [least, most] = KILL_AFTER_MS
        const after = least + seededNumber(seed, `kill:${index}:${n}`) * (most - least)
        const timer = setTimeout(() => {
          if (kills >= KILLS || ended) return
          kills++
          child.kill('SIGKILL')
        }, after)
        const code = await exited
        clearTimeout(timer)
        children.delete(child)
        if (code === 0) ended = true
      }
    }
    const limit = setTimeout(() => {
      ended = true
      for (const child of children) child.kill('SIGKILL')
    }, RUN_LIMIT_MS)
    const stop = () => {
      for (const child of children) child.kill('SIGKILL')
    }
    signal.addEventListener('abort', stop, { once: true })
    await Promise.all([lane(0), lane(1)])
    signal.removeEventListener('abort', stop)
    clearTimeout(limit)
    signal.throwIfAborted()
    const state = await readRunState(client, runId)
    const wrong = itemsOf(state, workload).filter(
      ({ rows, expected, status }) => rows !== expected || status !== 'COMPLETED',
    )
    const { status, completedItems } = state.run
    const whole = status === 'COMPLETED' && completedItems === workload.uploads * 3 && wrong.length === 0
    return {
      name,
      state: whole ? 'passed' : 'failed',
      detail: whole
        ? `${kills} processes were killed, ${completedItems} of ${completedItems} items are done, each once`
        : `after ${kills} kills the run is ${status} with ${completedItems} of ${workload.uploads * 3} items${wrong[0] ? `; ${wrong[0].label} is ${wrong[0].status} with ${wrong[0].rows} rows` : ''}`,
    }
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await client.end()
  }
}
