import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { UsageError } from '../run/index.ts'

/** A folder for the files of one run. */
export interface ResultsFolder {
  readonly path: string
  /**
   * Writes the files, each whole or not at all.
   * @throws UsageError where they cannot be written; what was begun is removed.
   */
  write(files: Readonly<Record<string, string>>): Promise<void>
  /** Removes the folders that were made for it, as long as nothing was written. */
  discard(): Promise<void>
}

/**
 * Makes the folder at once, so that a mistake in `--out` shows before the run and not after it.
 * @throws UsageError where it cannot be written to.
 */
export async function openResultsFolder(folder: string): Promise<ResultsFolder> {
  const path = resolve(folder)
  let firstMade: string | undefined
  const discard = async () => {
    if (firstMade) await rm(firstMade, { recursive: true, force: true })
  }
  try {
    firstMade = await makeFolders(path)
    const probe = join(path, `.tierbench-${process.pid}`)
    await writeFile(probe, 'x')
    await rm(probe)
  } catch (error) {
    await discard()
    throw unwritable(folder, error)
  }
  return {
    path,
    discard,
    async write(files) {
      const partial = Object.keys(files).map((name) => ({
        name,
        part: join(path, `.${name}.${process.pid}.part`),
      }))
      try {
        // All parts first: a disk that fills up shows before the first file is in place.
        for (const { name, part } of partial) await writeFile(part, files[name] as string, { flush: true })
        for (const { name, part } of partial) await rename(part, join(path, name))
        firstMade = undefined
      } catch (error) {
        await Promise.all(partial.map(({ part }) => rm(part, { force: true })))
        await discard()
        throw unwritable(folder, error)
      }
    },
  }
}

/**
 * Makes a folder and those above it. Not `mkdir`'s `recursive`: where the file system says ENOENT for a
 * folder that may not be made (/proc), Node goes round in it for ever.
 * @returns the uppermost folder that was made; undefined where all were there.
 */
async function makeFolders(path: string): Promise<string | undefined> {
  const missing: string[] = []
  for (let folder = path; !(await exists(folder)); folder = dirname(folder)) missing.unshift(folder)
  for (const folder of missing) await mkdir(folder)
  if (!(await stat(path)).isDirectory()) throw new Error('it is a file')
  return missing[0]
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false
      throw error
    },
  )
}

function unwritable(folder: string, error: unknown): UsageError {
  const reason = error instanceof Error ? error.message : String(error)
  return new UsageError(`expected --out to name a folder that can be written to, got ${folder}: ${reason}`)
}

/** `results/2026-11-24T05-30-12` for a run that starts now; `-2`, `-3` … where that is taken. */
export async function timestampedFolder(startedAt: Date): Promise<string> {
  const base = join('results', startedAt.toISOString().slice(0, 19).replaceAll(':', '-'))
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? base : `${base}-${n}`
    if (!(await exists(candidate))) return candidate
  }
}
