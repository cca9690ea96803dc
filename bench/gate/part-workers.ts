import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createBirpc } from 'birpc'
import type { Database } from '../environment/index.ts'
import type { BenchProgress } from '../run/index.ts'
import { UsageError } from '../run/usage-error.ts'
import type { Part, PartOutcome, PartServer } from './measure-part.ts'
import type { PartOwner, PartWorker } from './part-messages.ts'

/** Processes that measure beside this one, each one part at a time. */
export interface PartWorkers {
  /**
   * Each part is given to the first process that is free; this one is the first of them.
   * @returns the outcomes in the order of the parts
   * @throws what the first part to fail ends with, or the signal's reason
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
      const work = async (measure: (part: Part) => Promise<PartOutcome>) => {
        for (const [index, part] of left) outcomes[index] = await measure(part)
      }
      const here = (part: Part) => measurePart(server, part, progress, stop)
      const lanes = [here, ...children.map(({ child }) => connect(child, server, progress, stop))]
      try {
        await Promise.all(lanes.map(work))
      } catch (error) {
        failed.abort(error)
        throw error
      }
      return outcomes
    },
    async stop() {
      await Promise.all(children.map(({ stop }) => stop()))
    },
  }
}

function start() {
  const child = fork(fileURLToPath(new URL('part-worker.ts', import.meta.url)), {
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

/** @returns measures a part in that process, for as long as there is no reason to stop */
function connect(
  child: ChildProcess,
  server: PartServer,
  progress: BenchProgress,
  stop: AbortSignal,
): (part: Part) => Promise<PartOutcome> {
  const databases = new Map<string, Database>()
  const rpc = createBirpc<PartWorker, PartOwner>(
    {
      async createDatabase() {
        const database = await server.createDatabase()
        databases.set(database.name, database)
        return { name: database.name, url: database.url }
      },
      async dropDatabase(name) {
        await databases.get(name)?.drop()
        databases.delete(name)
      },
      started: progress.started,
      ended: progress.ended,
    },
    {
      // Where it has just gone, its exit says so.
      post: (message) => child.connected && child.send(message, () => {}),
      on: (listener) => child.on('message', listener),
      // A part takes as long as it takes.
      timeout: -1,
    },
  )
  let ended: Error | undefined
  const end = (reason: Error) => {
    ended ??= reason
    rpc.$close(ended)
  }
  const gone = () =>
    end(new Error(`a process that measures ended with ${child.signalCode ?? child.exitCode}`))
  child.once('exit', gone)
  child.once('error', end)
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) gone()
  stop.addEventListener('abort', () => end(stop.reason), { once: true })
  return async (part) => {
    if (ended) throw ended
    const outcome = await rpc.measure(part, server.version)
    if ('refused' in outcome) throw new UsageError(outcome.refused)
    return outcome
  }
}
