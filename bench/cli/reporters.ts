import { basename, dirname } from 'node:path'
import type { TerminalOptions } from '../../reports/index.ts'
import { UsageError } from '../run/index.ts'
import { openResultsFolder, type ResultsFolder } from './results-folder.ts'

/** The forms that a result is written in. */
export const REPORTERS = ['terminal', 'html', 'json', 'markdown', 'junit', 'csv'] as const
export type ReporterName = (typeof REPORTERS)[number]

/** A form that was asked for, and where it is to go. */
export interface ReporterRequest {
  readonly name: ReporterName
  /** A file; undefined for standard output (`terminal`) or a file in the results folder. */
  readonly path: string | undefined
}

/** Makes each form when it is asked for; a form that a command does not have is absent. */
export interface Renderers
  extends Readonly<Partial<Record<Exclude<ReporterName, 'terminal'>, () => string>>> {
  /** @param options @default those of a file: 80 columns, no colours */
  terminal(options?: TerminalOptions): string
}

/** Those of a file, and of a terminal that does not say how wide it is. */
export const FILE_OPTIONS: TerminalOptions = { columns: 80, colour: false }

/** What each form is called in the results folder, without its extension. */
const EXTENSIONS: Readonly<Record<Exclude<ReporterName, 'terminal'>, string>> = {
  html: 'html',
  json: 'json',
  markdown: 'md',
  junit: 'junit.xml',
  csv: 'csv',
}

/**
 * Reads `--reporter`: names, comma-separated, each with `=path` where it is to go elsewhere.
 * @param known Those that the command has.
 * @throws UsageError naming all that are unknown, doubled, or without a path behind the sign.
 */
export function parseReporters(
  text: string,
  known: readonly ReporterName[] = REPORTERS,
): readonly ReporterRequest[] {
  const requests: ReporterRequest[] = []
  const wrong: string[] = []
  for (const part of text.split(',').map((piece) => piece.trim())) {
    const [, name = '', path] = /^([^=]*)(?:=(.*))?$/s.exec(part) ?? []
    const reporter = known.find((one) => one === name)
    if (reporter === undefined || path === '' || requests.some((one) => one.name === reporter)) {
      wrong.push(`"${part}"`)
    } else requests.push({ name: reporter, path })
  }
  if (wrong.length === 0) return requests
  throw new UsageError(
    `expected --reporter to name each once out of ${known.join(', ')}, with =path for another file, got ${wrong.join(', ')}`,
  )
}

/** What a form's file in the results folder is called, e.g. `report.html`. */
export function reportFile(base: string, name: Exclude<ReporterName, 'terminal'>): string {
  return `${base}.${EXTENSIONS[name]}`
}

/** Opened before anything is measured, so that a path that cannot be written shows at once. */
export interface ReportFiles {
  /**
   * Writes the forms that go into files, each whole or not at all.
   * @param base What those in the results folder are called, without extension.
   * @returns where the HTML went, if it was asked for
   * @throws UsageError where one cannot be written.
   */
  write(base: string, renderers: Renderers): Promise<string | undefined>
  /** Removes the folders that were made for it, as far as nothing is in them. */
  discard(): Promise<void>
}

/** @throws UsageError where a path cannot be written to. */
export async function openReportFiles(
  folder: ResultsFolder,
  requests: readonly ReporterRequest[],
): Promise<ReportFiles> {
  const elsewhere: { request: ReporterRequest; folder: ResultsFolder; file: string }[] = []
  const discard = async () => {
    for (const one of elsewhere) await one.folder.discard()
  }
  try {
    for (const request of requests) {
      const { name, path } = request
      if (path === undefined) continue
      const option = `--reporter ${name}=`
      elsewhere.push({
        request,
        folder: await openResultsFolder(dirname(path), option),
        file: basename(path),
      })
    }
  } catch (error) {
    await discard()
    throw error
  }
  return {
    discard,
    async write(base, renderers) {
      const files: Record<string, string> = {}
      let html: string | undefined
      for (const { name, path } of requests) {
        if (path !== undefined || name === 'terminal') continue
        const file = reportFile(base, name)
        files[file] = renderers[name]?.() ?? ''
        if (name === 'html') html = `${folder.path}/${file}`
      }
      await folder.write(files)
      for (const { request, folder: other, file } of elsewhere) {
        await other.write({ [file]: renderers[request.name]?.() ?? '' })
        if (request.name === 'html') html = `${other.path}/${file}`
      }
      return html
    },
  }
}
