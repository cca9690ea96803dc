import {
  type BenchResult,
  type Companions,
  renderCsv,
  renderHtml,
  renderJunit,
  renderMarkdown,
  renderTerminal,
  type TerminalOptions,
} from '../../reports/index.ts'
import { showsColours } from './colour.ts'
import { FILE_OPTIONS, type Renderers } from './reporters.ts'

/** A result in each form. */
export function renderersOf(result: BenchResult, companions: Companions): Renderers {
  return {
    terminal: (options = FILE_OPTIONS) => renderTerminal(result, options, companions),
    html: () => renderHtml(result, companions),
    json: () => `${JSON.stringify(result, null, 1)}\n`,
    markdown: () => renderMarkdown(result, companions),
    junit: () => renderJunit(result),
    csv: () => renderCsv(result),
  }
}

/** How wide a stream is, and whether it shows colours. */
export function terminalOptions(
  stream: { readonly columns?: number; readonly isTTY?: boolean },
  env: NodeJS.ProcessEnv,
): TerminalOptions {
  return { columns: stream.columns ?? FILE_OPTIONS.columns, colour: showsColours(stream, env) }
}
