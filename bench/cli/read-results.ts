import { access, readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { glob } from 'tinyglobby'
import {
  type BenchResult,
  type IndexedResult,
  indexResults,
  type LoadResult,
  type NamedResult,
  parseLoadResult,
  parseResult,
  type ResultIndex,
} from '../../reports/index.ts'
import { UsageError } from '../run/index.ts'

/**
 * A result file, called by its path.
 * @throws UsageError where it cannot be read, or is no result that this version reads.
 */
export async function readNamedResult(path: string): Promise<NamedResult> {
  return { name: path, result: await readAs(path, parseResult) }
}

/** What one file is a result of. */
export type AnyResult =
  | { readonly of: 'bench'; readonly result: BenchResult }
  | { readonly of: 'load'; readonly result: LoadResult }

/**
 * A result of `npm run bench` or of `npm run load`.
 * @throws UsageError where it cannot be read, or is none that this version reads.
 */
export async function readAnyResult(path: string): Promise<AnyResult> {
  return readAs(path, (json) => {
    if (typeof json !== 'object' || json === null || !('loads' in json)) {
      return { of: 'bench', result: parseResult(json) }
    }
    return { of: 'load', result: parseLoadResult(json) }
  })
}

async function readAs<T>(path: string, parse: (json: unknown) => T): Promise<T> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new UsageError(`expected a result file that can be read, got ${path}: ${reason(error)}`)
  }
  try {
    return parse(JSON.parse(text))
  } catch (error) {
    throw new UsageError(`expected a result file, got ${path}: ${reason(error)}`)
  }
}

/**
 * All `result.json` in a folder and below it. One that cannot be read is named in the index, and in no history.
 * @param out Where the index is going to be: its links to the reports lead from there.
 * @throws UsageError where there is none that can.
 */
export async function readIndex(folder: string, out = folder): Promise<ResultIndex> {
  const files = await glob('**/result.json', { cwd: folder, ignore: ['**/node_modules/**'] })
  const results: IndexedResult[] = []
  const unread: string[] = []
  for (const file of files.sort()) {
    const path = join(folder, file)
    try {
      const { result } = await readNamedResult(path)
      const name = dirname(file) === '.' ? file : dirname(file)
      results.push({ name, result, report: await reportBeside(path, out) })
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      unread.push(`${error.message.slice(0, 1).toUpperCase()}${error.message.slice(1)}`)
    }
  }
  if (results.length === 0) {
    const what = unread.length > 0 ? `${unread.length} that this version does not read` : 'none'
    throw new UsageError(`expected a folder with result.json in it or below it, got ${what} in ${folder}`)
  }
  return indexResults(results, unread)
}

async function reportBeside(path: string, out: string): Promise<string | null> {
  const report = join(dirname(path), 'report.html')
  try {
    await access(report)
    return relative(out, report).replaceAll('\\', '/')
  } catch {
    return null
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
