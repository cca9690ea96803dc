import {
  type BenchResult,
  type ReportContext,
  renderCsv,
  renderHtml,
  renderJunit,
  renderMarkdown,
  renderTerminal,
} from '../../reports/index.ts'
import { showsColours } from './colour.ts'
import type { Renderers } from './reporters.ts'

/** Width of a terminal that does not say, and of a file, characters. */
const COLUMNS = 80

/** A result in each form. */
export function renderersOf(result: BenchResult, context: ReportContext): Renderers {
  return {
    terminal: () => renderTerminal(result, { columns: COLUMNS, colour: false }, context),
    html: () => renderHtml(result),
    json: () => `${JSON.stringify(result, null, 1)}\n`,
    markdown: () => renderMarkdown(result, context),
    junit: () => renderJunit(result),
    csv: () => renderCsv(result),
  }
}

/** A result as a terminal shows it. */
export function terminalText(
  result: BenchResult,
  context: ReportContext,
  stream: { readonly columns?: number; readonly isTTY?: boolean },
  env: NodeJS.ProcessEnv,
): string {
  return renderTerminal(result, terminalOptions(stream, env), context)
}

/** How wide a stream is, and whether it shows colours. */
export function terminalOptions(
  stream: { readonly columns?: number; readonly isTTY?: boolean },
  env: NodeJS.ProcessEnv,
): { readonly columns: number; readonly colour: boolean } {
  return { columns: stream.columns ?? COLUMNS, colour: showsColours(stream, env) }
}
