/** What the page carries in itself, read from files so that they are linted and need no bundler. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The page's styles, in order of precedence. */
export function readStyles(): string {
  return ['theme.css', 'page.css', 'table.css', 'section.css', 'print.css'].map(read).join('\n')
}

/** Chart.js as a classic script; its source map is not carried along, so neither is the reference to it. */
export function readChartLibrary(): string {
  // Its UMD build is not among its exports; it lies beside the entry that is.
  const entry = createRequire(import.meta.url).resolve('chart.js')
  const source = readFileSync(join(dirname(entry), 'chart.umd.min.js'), 'utf8')
  return endsNoScript(source.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, ''))
}

/** The script that draws the charts and switches the theme. */
export function readClient(): string {
  return endsNoScript(read('client.js'))
}

function read(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8')
}

function endsNoScript(source: string): string {
  return source.replace(/<\/script/gi, '<\\/script')
}
