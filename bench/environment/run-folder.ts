import { createHash } from 'node:crypto'
import { readlinkSync } from 'node:fs'
import { access, chmod, constants, lstat, mkdtemp, readdir, rm, statfs } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { reasonOf } from './errors.ts'
import { stopOrphan } from './orphan.ts'

const memoryFolder = '/dev/shm'
/** 1 GiB for PostgreSQL's log, the rest for some hundred databases of 8 MB. */
const roomBytes = 4 * 1024 ** 3
/** What Linux calls a file system in memory. */
const tmpfs = 0x01021994

/**
 * A folder for one run, `tierbench-<pid>-<scope>-<random>`. The name alone says whose it is, from
 * the moment it exists; `scope` tells apart the process tables of containers that share a temp
 * folder, where the pid of a living process means nothing.
 *
 * It lies in memory where Linux offers enough of it, else in the temp folder: a clone creates some
 * 300 files, which takes 15 ms in memory and up to 350 ms on a disk. TMPDIR overrules this.
 *
 * @param forPrograms whether programs will be executed from it @default false
 */
export async function createRunFolder({ forPrograms = false } = {}): Promise<string> {
  // Containers mount their memory such that no program can be executed from it.
  const parent = !forPrograms && (await isRoomyMemory(memoryFolder)) ? memoryFolder : tmpdir()
  const folder = await mkdtemp(join(parent, `tierbench-${process.pid}-${scope}-`))
  // The server may run as another user, who has to pass through.
  await chmod(folder, 0o711)
  return folder
}

/** Where the server's data are, within the folder of the run. */
export function dataFolderOf(runFolder: string): string {
  return join(runFolder, 'data')
}

export async function removeRunFolder(folder: string): Promise<void> {
  // The last of the server's processes may still be closing files.
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
}

/**
 * Removes the folders of runs that were killed before they could, and stops their servers.
 * Folders of living processes, of other users and of other machines or containers are left alone.
 * Never rejects: what cannot be swept is only logged.
 */
export async function sweepDeadRuns(log: (line: string) => void = () => {}): Promise<void> {
  for (const parent of new Set([memoryFolder, tmpdir()])) await sweepFolder(parent, log)
}

async function sweepFolder(parent: string, log: (line: string) => void): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    const [, pid, owner] = /^tierbench-(\d+)-([0-9a-f]{8})-\w+$/.exec(name) ?? []
    if (!pid || owner !== scope || isAlive(Number(pid))) continue
    const folder = join(parent, name)
    try {
      if (!(await isOwnFolder(folder))) continue
      await stopOrphan(dataFolderOf(folder))
      await removeRunFolder(folder)
      log(`Removed ${folder}, left by process ${pid}.`)
    } catch (error) {
      log(`Could not remove ${folder}, left by process ${pid}: ${reasonOf(error)}.`)
    }
  }
}

const scope = createHash('sha256').update(processTable()).digest('hex').slice(0, 8)

function processTable(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return hostname()
  }
}

async function isRoomyMemory(folder: string): Promise<boolean> {
  if (process.platform !== 'linux' || process.env.TMPDIR) return false
  try {
    await access(folder, constants.W_OK)
    const { bavail, bsize } = await statfs(folder)
    return (await isInMemory(folder)) && bavail * bsize >= roomBytes
  } catch {
    return false
  }
}

/** Whether the files of `folder` are kept in memory rather than on a disk. */
export async function isInMemory(folder: string): Promise<boolean> {
  return process.platform === 'linux' && (await statfs(folder)).type === tmpfs
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Anything but "no such process" (another user's, for one) means that it exists.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

async function isOwnFolder(folder: string): Promise<boolean> {
  const stats = await lstat(folder)
  return stats.isDirectory() && (process.getuid === undefined || stats.uid === process.getuid())
}
