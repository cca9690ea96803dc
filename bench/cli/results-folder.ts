import { mkdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { UsageError } from '../run/index.ts'

/** A folder for the files of one run. */
export interface ResultsFolder {
  readonly path: string
  /**
   * Writes the files, each whole or not at all; their names may have a folder before them.
   * @throws UsageError where they cannot be written; what was begun is removed.
   */
  write(files: Readonly<Record<string, string>>): Promise<void>
  /** Removes the folders that were made for it, as far as nobody has put anything into them. */
  discard(): Promise<void>
}

/**
 * Makes the folder at once, so that a mistake in `--out` shows before the run and not after it.
 * @param option Which option named it, for the sentence of an error.
 * @throws UsageError where it cannot be written to.
 */
export async function openResultsFolder(folder: string, option = '--out'): Promise<ResultsFolder> {
  const path = resolve(folder)
  const made: string[] = []
  try {
    await makeFolders(path, made)
    const probe = join(path, `.tierbench-${process.pid}`)
    await writeFile(probe, 'x')
    await rm(probe)
  } catch (error) {
    await removeEmpty(made)
    throw unwritable(folder, error, option)
  }
  return resultsFolder(folder, path, made, option)
}

/**
 * Removes what an earlier run has left, so that what is there is of this run or nothing.
 * @param files Names in the folder; those that are not there are passed over.
 * @throws UsageError where one cannot be removed.
 */
export async function removeEarlier(folder: string, files: readonly string[]): Promise<void> {
  try {
    for (const file of files) await rm(join(resolve(folder), file), { force: true })
  } catch (error) {
    throw unwritable(folder, error)
  }
}

/**
 * `results/2026-11-24T05-30-12` for a run that starts now; `-2`, `-3` … where another run has that.
 * @param suffix Behind the time, e.g. `-verify`.
 */
export async function openTimestampedFolder(startedAt: Date, suffix = ''): Promise<ResultsFolder> {
  const time = startedAt.toISOString().slice(0, 19).replaceAll(':', '-')
  const base = resolve('results', `${time}${suffix}`)
  const made: string[] = []
  try {
    await makeFolders(dirname(base), made)
    for (let n = 1; ; n++) {
      const path = n === 1 ? base : `${base}-${n}`
      if (await makeFolder(path, made)) return resultsFolder(path, path, made)
    }
  } catch (error) {
    await removeEmpty(made)
    throw unwritable(dirname(base), error)
  }
}

function resultsFolder(name: string, path: string, made: string[], option?: string): ResultsFolder {
  return {
    path,
    discard: () => removeEmpty(made),
    async write(files) {
      const partial = Object.keys(files).map((file) => ({
        target: join(path, file),
        part: join(path, dirname(file), `.${basename(file)}.${process.pid}.part`),
        text: files[file] as string,
      }))
      try {
        for (const { target } of partial) {
          await makeFolders(dirname(target), made)
          await refuseFolder(target)
        }
        // All parts first: a disk that fills up shows before the first file is in place.
        for (const { part, text } of partial) await writeFile(part, text, { flush: true })
        for (const { part, target } of partial) await rename(part, target)
      } catch (error) {
        await Promise.all(partial.map(({ part }) => rm(part, { force: true })))
        await removeEmpty(made)
        throw unwritable(name, error, option)
      }
    },
  }
}

/**
 * Makes a folder and those above it, and notes which. Not `mkdir`'s `recursive`: where the file system
 * says ENOENT for a folder that may not be made (/proc), Node goes round in it for ever.
 */
async function makeFolders(path: string, made: string[]): Promise<void> {
  const missing: string[] = []
  for (let folder = path; !(await exists(folder)); folder = dirname(folder)) missing.unshift(folder)
  for (const folder of missing) await makeFolder(folder, made)
  if (!(await stat(path)).isDirectory()) throw new Error('it is a file')
}

/** @returns false where it was there, another run having made it */
async function makeFolder(path: string, made: string[]): Promise<boolean> {
  try {
    await mkdir(path)
    made.push(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Removes folders, the innermost first. One that another run has put something into stays. */
async function removeEmpty(made: readonly string[]): Promise<void> {
  for (const folder of [...made].reverse()) {
    try {
      await rmdir(folder)
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? ''))
        throw error
    }
  }
}

async function refuseFolder(target: string): Promise<void> {
  if ((await exists(target)) && (await stat(target)).isDirectory()) throw new Error(`${target} is a folder`)
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

function unwritable(folder: string, error: unknown, option = '--out'): UsageError {
  const reason = error instanceof Error ? error.message : String(error)
  return new UsageError(
    `expected ${option} to name a folder that can be written to, got ${folder}: ${reason}`,
  )
}
