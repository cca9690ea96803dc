import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Database, DatabaseServer } from '../environment/index.ts'
import type { FromWorker, ToWorker } from './worker-messages.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A request to a worker, without its number. */
export type WorkerTask = { readonly [T in 'judge' | 'shrink']: Omit<Extract<ToWorker, { type: T }>, 'id'> }[
  | 'judge'
  | 'shrink']

/** Processes that carry out schedules, each on a database of its own. */
export class WorkerPool {
  readonly #workers: Worker[]

  private constructor(workers: Worker[]) {
    this.#workers = workers
  }

  /** @param root Whose sources they run. @default these */
  static async start(server: DatabaseServer, size: number, root = ROOT): Promise<WorkerPool> {
    const started = await Promise.allSettled(Array.from({ length: size }, () => Worker.start(server, root)))
    const workers = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    const failed = started.find((one) => one.status === 'rejected')
    if (!failed) return new WorkerPool(workers)
    await Promise.all(workers.map((worker) => worker.stop()))
    throw failed.reason
  }

  /**
   * Works through tasks: each worker takes the next when it has done one.
   * @param next The next task; undefined where there is none (any more).
   * @param done Told of each answer.
   */
  async work(next: () => WorkerTask | undefined, done: (answer: FromWorker) => void): Promise<void> {
    await Promise.all(
      this.#workers.map(async (worker) => {
        for (let task = next(); task; task = next()) done(await worker.ask(task))
      }),
    )
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop()))
  }
}

class Worker {
  readonly #child: ChildProcess
  readonly #database: Database
  #asked = 0

  private constructor(child: ChildProcess, database: Database) {
    this.#child = child
    this.#database = database
  }

  static async start(server: DatabaseServer, root: string): Promise<Worker> {
    const database = await server.createDatabase()
    const child = fork(join(root, 'bench/verify/worker.ts'), {
      cwd: root,
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const worker = new Worker(child, database)
    try {
      await worker.#exchange({ type: 'open', url: database.url })
      return worker
    } catch (error) {
      await worker.stop()
      throw error
    }
  }

  /** @throws Error where the worker could not do it, or has ended */
  ask(task: WorkerTask): Promise<FromWorker> {
    return this.#exchange({ ...task, id: ++this.#asked } as ToWorker)
  }

  #exchange(message: ToWorker): Promise<FromWorker> {
    const child = this.#child
    return new Promise((resolve, reject) => {
      const onExit = () => settle(() => reject(new Error('a worker process ended in the middle of its work')))
      const onMessage = (answer: FromWorker) =>
        settle(() =>
          answer.type === 'failed'
            ? reject(new Error(`a worker process failed: ${answer.message}`))
            : resolve(answer),
        )
      const settle = (then: () => void) => {
        child.off('exit', onExit)
        child.off('message', onMessage)
        then()
      }
      child.once('exit', onExit)
      child.once('message', onMessage)
      if (child.exitCode !== null || child.signalCode !== null || !child.connected) onExit()
      else child.send(message)
    })
  }

  async stop(): Promise<void> {
    const child = this.#child
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await ended
    }
    await this.#database.drop()
  }
}
