import { chown, mkdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { EnvironmentError } from './errors.ts'
import type { ServerBinaries, ServerUser } from './server-binaries.ts'
import { type Program, startProgram } from './server-process.ts'

/** The superuser of the cluster. */
export const role = 'tierbench'
const portAttempts = 5

/**
 * What makes a throw-away server fast, and the same everywhere. A crash of the machine may lose its
 * data, and autovacuum and JIT do not start in the middle of a measurement. Reports say so.
 */
const serverSettings: Readonly<Record<string, string>> = {
  autovacuum: 'off',
  fsync: 'off',
  full_page_writes: 'off',
  jit: 'off',
  listen_addresses: '127.0.0.1',
  max_connections: '100',
  synchronous_commit: 'off',
  timezone: 'UTC',
  unix_socket_directories: '',
}

/** Where and how a cluster is made: PostgreSQL's word for the databases of one server. */
export interface Cluster {
  readonly folder: string
  readonly dataFolder: string
  readonly binaries: ServerBinaries
  /** A library that the server loads when it starts. */
  readonly preload: string | undefined
  readonly user: ServerUser
  readonly password: string
  readonly signal: AbortSignal | undefined
  /** Learns of each program before it is waited for, so that it can be ended. */
  readonly watch: (program: Program) => void
  readonly log: (line: string) => void
}

/** Makes the files of an empty cluster. */
export async function initialise(cluster: Cluster): Promise<void> {
  const { folder, dataFolder, binaries, user, password, signal } = cluster
  const passwordFile = join(folder, 'password')
  await mkdir(dataFolder, { mode: 0o700 })
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  if (user) await Promise.all([dataFolder, passwordFile].map((path) => chown(path, user.uid, user.gid)))
  const args = [
    `--pgdata=${dataFolder}`,
    `--username=${role}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    // Text sorts by its bytes, alike on every machine.
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
    '--no-instructions',
  ]
  const program = startProgram(binaries.initdb, args, { ...cluster, cwd: folder })
  cluster.watch(program)
  const code = await unlessAborted(program.exited, () => program.kill('SIGKILL'), signal)
  if (code !== 0) throw notStarted('initdb', program)
  await rm(passwordFile)
}

/**
 * Starts the server and resolves to its port once it accepts connections.
 * @param samePort The port that it had before. @default a free one
 */
export async function startOnFreePort(cluster: Cluster, samePort?: number): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const port = samePort ?? (await findFreePort())
    const preload = cluster.preload === undefined ? {} : { shared_preload_libraries: cluster.preload }
    const settings = Object.entries({ ...serverSettings, ...preload }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ])
    const args = ['-D', cluster.dataFolder, '-p', String(port), ...settings]
    const program = startProgram(cluster.binaries.postgres, args, {
      ...cluster,
      cwd: cluster.folder,
    })
    cluster.watch(program)
    const ready = program.prints('ready to accept connections')
    if (await unlessAborted(ready, () => program.kill('SIGQUIT'), cluster.signal)) return port
    // Someone took the port between our look and the server's.
    if (!program.tail().includes('could not bind') || attempt === portAttempts) {
      throw notStarted('postgres', program)
    }
  }
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

async function unlessAborted<T>(
  work: Promise<T>,
  abort: () => void,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort, { once: true })
  try {
    const result = await work
    signal?.throwIfAborted()
    return result
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

function notStarted(what: string, program: Program): EnvironmentError {
  return new EnvironmentError(
    'EMBEDDED_FAILED',
    `Expected the PostgreSQL that comes with tierbench to start, but ${what} ended with: ${program.tail() || 'no message'}`,
    'Set DATABASE_URL to a PostgreSQL server whose role may create databases; tierbench works in databases of its own there.',
  )
}
