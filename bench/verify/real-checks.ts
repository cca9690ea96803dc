import { type ChildProcess, fork } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { TIER_FLAGS, type Tier } from '../../engine/index.ts'
import type { RealCheck } from '../../reports/index.ts'
import type { Database, DatabaseServer } from '../environment/index.ts'
import { seededNumber } from '../run/index.ts'
import { smallWorkload } from './draw.ts'
import { insertRuns } from './fixture.ts'
import { itemsOf } from './hazards/items.ts'
import type { Workload } from './plan.ts'
import { type RunState, readRunState } from './run-state.ts'

const WORKER = fileURLToPath(new URL('./real-worker.ts', import.meta.url))
/** Real ms: the lease of the processes, and what a run may take with all its deaths. */
export const REAL_LEASE_MS = 2_000
const RUN_LIMIT_MS = 60_000
/** A process is killed so long after it began to work, real ms: however long a machine needs to start it. */
const KILL_AFTER_MS = [20, 600] as const
const KILLS = 4
/** The server is restarted this long after the first process began to work, real ms. */
const DISTURB_AFTER_MS = 700
/** The server is away for so long, real ms: longer than any call takes, or a process in one would not notice. */
const DOWN_MS = 1_500

/** What is done to a run in the middle. */
interface Disturbance {
  readonly name: string
  /** Processes are killed with SIGKILL. */
  readonly kills: number
  /** Done once. @returns what was done */
  readonly once?: () => Promise<string>
}

/**
 * Runs of two processes on real time that are disturbed and then left to end; and what is in the database
 * afterwards. Below Tier 2 nothing is promised to a process that dies.
 */
export async function realChecks(
  server: DatabaseServer,
  tier: Tier,
  seed: number,
  signal: AbortSignal,
): Promise<RealCheck[]> {
  const { restart } = server
  const kill: Disturbance = {
    name: 'kill -9 of real worker processes in the middle of a run',
    kills: KILLS,
  }
  const stop: Disturbance = {
    name: 'a restart of PostgreSQL in the middle of a run',
    kills: 0,
    ...(restart ? { once: () => restart(DOWN_MS).then(() => 'PostgreSQL was restarted') } : {}),
  }
  const checks: RealCheck[] = []
  for (const disturbance of [kill, stop]) {
    const { name, kills, once } = disturbance
    const skipped = (detail: string) => checks.push({ name, state: 'skipped', detail })
    if (tier < 2) skipped(`Tier ${tier} promises nothing to processes that die`)
    else if (kills === 0 && !once) skipped('the server of DATABASE_URL is not ours to restart')
    else checks.push(await disturb(server, tier, seed, disturbance, signal))
  }
  return checks
}

async function disturb(
  server: DatabaseServer,
  tier: Tier,
  seed: number,
  disturbance: Disturbance,
  signal: AbortSignal,
): Promise<RealCheck> {
  const database = await server.createDatabase()
  const workload = smallWorkload({ uploads: 6, leaseMs: REAL_LEASE_MS })
  const workers = new RealWorkers(database, tier, seed, disturbance.kills)
  const stop = () => workers.stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    const [runId = ''] = await withClient(database, (client) =>
      insertRuns(client, workload, TIER_FLAGS[tier], seed),
    )
    const read = () => withClient(database, (client) => readRunState(client, runId))
    const working = workers.work(runId)
    let done = ''
    if (disturbance.once) {
      await workers.working
      await delay(DISTURB_AFTER_MS)
      signal.throwIfAborted()
      const { status, completedItems } = (await read()).run
      if (status !== 'RUNNING') return neverDisturbed(disturbance.name, `the run was ${status} by then`)
      done = `${await disturbance.once()} after ${completedItems} items`
    }
    await working
    signal.throwIfAborted()
    if (!done && workers.kills === 0) return neverDisturbed(disturbance.name, 'no process could be killed')
    return judge(disturbance.name, done || `${workers.kills} processes were killed`, await read(), workload)
  } finally {
    signal.removeEventListener('abort', stop)
    workers.stop()
    await database.drop()
  }
}

/** A run that nothing was done to shows nothing: it is no pass. */
function neverDisturbed(name: string, why: string): RealCheck {
  return { name, state: 'skipped', detail: `nothing was done to the run: ${why}` }
}

function judge(name: string, done: string, state: RunState, workload: Workload): RealCheck {
  const wrong = itemsOf(state, workload).find(
    ({ rows, expected, status }) => rows !== expected || status !== 'COMPLETED',
  )
  const { status, completedItems } = state.run
  const items = workload.uploads * 3
  const whole = status === 'COMPLETED' && completedItems === items && !wrong
  const found = `the run is ${status} with ${completedItems} of ${items} items${wrong ? `; ${wrong.label} is ${wrong.status} with ${wrong.rows} rows` : ''}`
  return {
    name,
    state: whole ? 'passed' : 'failed',
    detail: `${done}; ${whole ? `${items} of ${items} items are done, each once` : found}`,
  }
}

/** Two processes that work on a run; each that ends before the run is followed by another. */
class RealWorkers {
  readonly #database: Database
  readonly #tier: Tier
  readonly #seed: number
  readonly #mostKills: number
  readonly #children = new Set<ChildProcess>()
  #ended = false
  kills = 0
  /** Resolves when the first of them has begun to work, or none will. */
  readonly working: Promise<void>
  #tellWorking: () => void = () => {}

  constructor(database: Database, tier: Tier, seed: number, mostKills: number) {
    this.#database = database
    this.#tier = tier
    this.#seed = seed
    this.#mostKills = mostKills
    this.working = new Promise((resolve) => {
      this.#tellWorking = resolve
    })
  }

  /** Resolves when the run has ended, or has had all the time that it may have. */
  async work(runId: string): Promise<void> {
    const limit = setTimeout(() => this.stop(), RUN_LIMIT_MS)
    await Promise.all([0, 1].map((lane) => this.#lane(lane, runId)))
    clearTimeout(limit)
  }

  stop(): void {
    this.#ended = true
    this.#tellWorking()
    for (const child of this.#children) child.kill('SIGKILL')
  }

  async #lane(lane: number, runId: string): Promise<void> {
    for (let n = 0; !this.#ended; n++) {
      const child = fork(WORKER, [this.#database.url, runId, String(this.#tier)], {
        execArgv: ['--import', 'tsx'],
        stdio: 'ignore',
      })
      this.#children.add(child)
      const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
      const [least, most] = KILL_AFTER_MS
      const after = least + seededNumber(this.#seed, `kill:${lane}:${n}`) * (most - least)
      let timer: NodeJS.Timeout | undefined
      child.once('message', () => {
        this.#tellWorking()
        timer = setTimeout(() => {
          if (this.#ended || this.kills >= this.#mostKills) return
          this.kills++
          child.kill('SIGKILL')
        }, after)
      })
      if ((await exited) === 0) this.#ended = true
      clearTimeout(timer)
      this.#children.delete(child)
    }
  }
}

async function withClient<T>(database: Database, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: database.url })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
