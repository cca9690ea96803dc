import { randomBytes } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { initialise, role, startOnFreePort } from './cluster.ts'
import { postmasterPidFile } from './orphan.ts'
import type { RunningServer } from './ports.ts'
import { createRunFolder, dataFolderOf, isInMemory, removeRunFolder, sweepDeadRuns } from './run-folder.ts'
import {
  canExecute,
  copyBinaries,
  findServerBinaries,
  findServerUser,
  hasLibrary,
} from './server-binaries.ts'
import type { Program } from './server-process.ts'

const stopWithinMs = 10_000

/** Starts the PostgreSQL that comes with tierbench, on a free port and data of its own. */
export async function startEmbeddedServer(options: {
  readonly preload?: string | undefined
  readonly signal?: AbortSignal | undefined
  readonly log?: ((line: string) => void) | undefined
}): Promise<RunningServer> {
  const { preload, signal, log = () => {} } = options
  const found = await findServerBinaries()
  const user = await findServerUser()
  await sweepDeadRuns(log)
  signal?.throwIfAborted()
  const copying = !(await canExecute(user, found))
  const folder = await createRunFolder({ forPrograms: copying })
  // For the ways out that await nothing: process.exit() and an uncaught error.
  let program: Program | undefined
  const abandon = () => abandonServer(folder, program)
  process.once('exit', abandon)
  const stop = async () => {
    if (program) await stopProgram(program)
    await removeRunFolder(folder)
    process.off('exit', abandon)
  }
  try {
    const password = randomBytes(16).toString('hex')
    const binaries = copying ? await copyBinaries(found, folder) : found
    const watch = (started: Program) => {
      program = started
    }
    const cluster = {
      folder,
      dataFolder: dataFolderOf(folder),
      binaries,
      preload: preload !== undefined && (await hasLibrary(binaries, preload)) ? preload : undefined,
      user,
      password,
      signal,
      watch,
      log,
    }
    await initialise(cluster)
    const port = await startOnFreePort(cluster)
    const urlOf = (database: string) => `postgresql://${role}:${password}@127.0.0.1:${port}/${database}`
    return {
      source: 'embedded',
      adminUrl: urlOf('postgres'),
      inMemory: await isInMemory(folder),
      urlOf,
      async restart(downMs = 0) {
        if (program) await stopProgram(program, 'SIGINT')
        await delay(downMs)
        await startOnFreePort(cluster, port)
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** @param how SIGQUIT: the data are thrown away, so there is nothing to save. SIGINT: connections end, data stay. */
async function stopProgram(program: Program, how: 'SIGQUIT' | 'SIGINT' = 'SIGQUIT'): Promise<void> {
  program.kill(how)
  const timer = setTimeout(() => program.kill('SIGKILL'), stopWithinMs)
  await program.exited
  clearTimeout(timer)
}

/** All that can be done while the process exits: no waiting for events. */
function abandonServer(folder: string, program: Program | undefined): void {
  program?.kill('SIGQUIT')
  const pause = new Int32Array(new SharedArrayBuffer(4))
  for (let waited = 0; waited < 1_000 && existsSync(postmasterPidFile(dataFolderOf(folder))); waited += 10) {
    Atomics.wait(pause, 0, 0, 10)
  }
  program?.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
}
