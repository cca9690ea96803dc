import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createBirpc } from 'birpc'
import type { Database } from '../environment/index.ts'
import type { BenchProgress } from '../run/index.ts'
import { UsageError } from '../run/usage-error.ts'
import { ROOT } from './commit-tree.ts'
import { brokenPart, type Part, type PartOutcome, type PartServer } from './part.ts'
import type { PartOwner, PartWorker } from './part-messages.ts'

/** Processes that measure beside this one, each one part at a time. */
export interface PartWorkers {
  /**
   * Each part is given to the first process that is free; this one is the first of them. The part of a process
   * that dies has broken off; the others go on without it.
   * @returns the outcomes in the order of the parts
   * @throws UsageError, and the signal's reason
   */
  measure(
    server: PartServer,
    parts: readonly Part[],
    progress: BenchProgress,
    signal: AbortSignal,
  ): Promise<PartOutcome[]>
  /** Ends them, whatever they do. */
  stop(): Promise<void>
}

/** Starts so many processes; they load what they need in the meantime. */
export function startPartWorkers(count: number): PartWorkers {
  const children = Array.from({ length: count }, () => start())
  return {
    async measure(server, parts, progress, signal) {
      // Here, since it loads the engine and all that is around it.
      const { measurePart } = await import('./measure-part.ts')
      const failed = new AbortController()
      const stop = AbortSignal.any([signal, failed.signal])
      stop.throwIfAborted()
      const outcomes: PartOutcome[] = []
      const left = parts.entries()
      const work = async ({ measure, gone }: Lane) => {
        while (!gone()) {
          const next = left.next()
          if (next.done) return
          const [index, part] = next.value
          outcomes[index] = await measure(part)
        }
      }
      const here: Lane = { measure: (part) => measurePart(server, part, progress, stop), gone: () => false }
      const lanes = [here, ...children.map(({ child }) => connect(child, server, progress, stop))].map(work)
      try {
        await Promise.all(lanes)
      } catch (error) {
        failed.abort(error)
        // Before the server is taken from under them.
        await Promise.allSettled(lanes)
        throw error
      }
      stop.throwIfAborted()
      return outcomes
    },
    async stop() {
      await Promise.all(children.map(({ stop }) => stop()))
    },
  }
}

function start() {
  const child = fork(join(ROOT, 'bench', 'gate', 'part-worker.ts'), {
    // From there tsx is found, wherever this process was started.
    cwd: ROOT,
    execArgv: ['--import', 'tsx'],
    // Results hold what JSON has no word for.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  // One that could not be started has ended, too: its part says so.
  const exited = once(child, 'exit').catch(() => {})
  return {
    child,
    async stop() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** A process that measures, seen from this one. */
interface Lane {
  measure(part: Part): Promise<PartOutcome>
  /** Whether it is there no more: it is given nothing then. */
  gone(): boolean
}

function connect(child: ChildProcess, server: PartServer, progress: BenchProgress, stop: AbortSignal): Lane {
  const databases = new Map<string, Database>()
  let running: Parameters<BenchProgress['started']> | undefined
  const rpc = createBirpc<PartWorker, PartOwner>(
    {
      async createDatabase() {
        const database = await server.createDatabase()
        databases.set(database.name, database)
        return { name: database.name, url: database.url }
      },
      async dropDatabase(name) {
        const database = databases.get(name)
        if (!database) throw new Error(`expected a database that was made for this process, got ${name}`)
        await database.drop()
        databases.delete(name)
      },
      started(...run) {
        running = run
        progress.started(...run)
      },
      ended(...run) {
        running = undefined
        progress.ended(...run)
      },
      brokeOff(...run) {
        running = undefined
        progress.brokeOff?.(...run)
      },
    },
    {
      // Where it has just gone, its exit says so.
      post: (message) => child.connected && child.send(message, () => {}),
      on: (listener) => child.on('message', listener),
      // A part takes as long as it takes.
      timeout: -1,
    },
  )
  let death: Error | undefined
  const die = () => {
    death ??= new Error(
      `a process that measures ended with ${child.signalCode ?? child.exitCode ?? 'an error'}`,
    )
    rpc.$close(death)
  }
  child.once('exit', die)
  child.once('error', die)
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) die()
  stop.addEventListener('abort', () => rpc.$close(stop.reason), { once: true })
  return {
    gone: () => death !== undefined || stop.aborted,
    async measure(part) {
      const outcome = await rpc.measure(part, server.version).catch((error: unknown) => {
        if (!death || stop.aborted) throw error
        if (running) progress.brokeOff?.(...running)
        return brokenPart(part, running?.[1], death.message)
      })
      if ('refused' in outcome) throw new UsageError(outcome.refused)
      return outcome
    },
  }
}
