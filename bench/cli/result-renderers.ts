import {
  type BenchResult,
  type Companions,
  type LoadResult,
  renderCsv,
  renderHtml,
  renderJunit,
  renderLoadHtml,
  renderLoadMarkdown,
  renderLoadTerminal,
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

/** A result of `npm run load` in each form that it has. */
export function loadRenderersOf(result: LoadResult): Renderers & {
  readonly [Form in 'html' | 'json' | 'markdown']: () => string
} {
  return {
    terminal: (options = FILE_OPTIONS) => renderLoadTerminal(result, options),
    html: () => renderLoadHtml(result),
    json: () => `${JSON.stringify(result, null, 1)}\n`,
    markdown: () => renderLoadMarkdown(result),
  }
}

/** A table is cut into parts of a label and a figure; narrower than these it could not be. */
const LEAST_COLUMNS = 40

/** How wide a stream is, and whether it shows colours. A terminal that does not know its width says 0. */
export function terminalOptions(
  stream: { readonly columns?: number; readonly isTTY?: boolean },
  env: NodeJS.ProcessEnv,
): TerminalOptions {
  const columns = Math.max(stream.columns || FILE_OPTIONS.columns, LEAST_COLUMNS)
  return { columns, colour: showsColours(stream, env) }
}
