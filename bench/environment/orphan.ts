import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const stopWithinMs = 5_000

/**
 * Stops the server that still runs on `dataFolder`, if one does. Its pid comes from a file that may
 * be old, so a process is signalled only when its command line names the folder.
 *
 * @throws when a process with that pid exists and cannot be examined
 */
export async function stopOrphan(dataFolder: string): Promise<void> {
  const pid = await readPostmasterPid(dataFolder)
  if (pid === undefined) return
  // The run's folder, not the whole path: a temp folder may have two names.
  const mark = basename(dirname(dataFolder))
  const runs = async () => (await commandLineOf(pid)).includes(mark)
  if (!(await runs())) return
  // SIGQUIT is PostgreSQL's immediate shutdown: the data are thrown away, nothing needs saving.
  for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
    process.kill(pid, signal)
    for (let waited = 0; waited < stopWithinMs; waited += 10) {
      await sleep(10)
      if (!(await runs())) return
    }
  }
  throw new Error(`Expected the server (process ${pid}) to stop, but it still runs`)
}

/** The file that a running server keeps in its data folder, with its pid on the first line. */
export function postmasterPidFile(dataFolder: string): string {
  return join(dataFolder, 'postmaster.pid')
}

/** The server's pid as its data folder has it; undefined when it never started or stopped properly. */
export async function readPostmasterPid(dataFolder: string): Promise<number | undefined> {
  try {
    const pid = Number.parseInt(await readFile(postmasterPidFile(dataFolder), 'utf8'), 10)
    return pid > 0 ? pid : undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Empty for a process that does not exist, and for one that ended and was not yet collected. */
async function commandLineOf(pid: number): Promise<string> {
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  try {
    process.kill(pid, 0)
  } catch {
    return ''
  }
  const { stdout } = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)])
  return stdout
}
