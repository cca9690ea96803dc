/** What the page carries in itself, read from files of their own so that they are linted and type-checked. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

/** The page's styles, in order of precedence. */
export function readStyles(): string {
  return ['theme.css', 'page.css', 'table.css', 'section.css', 'chart.css', 'print.css'].map(read).join('\n')
}

let client: string | undefined

/**
 * The script that draws the charts and makes tables sort, with as much of Chart.js as it uses: one classic
 * script, since a file opened from a disk may load no modules.
 */
export function readClient(): string {
  client ??= bundle('client/main.ts')
  return client
}

function bundle(name: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL(name, import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    // Not to take up the options of JSX, which are another file's.
    tsconfigRaw: '{}',
    logLevel: 'silent',
  })
  const [file] = outputFiles
  if (file === undefined) throw new Error(`expected a script of ${name}, got none`)
  return endsNoScript(file.text)
}

function read(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8')
}

function endsNoScript(source: string): string {
  return source.replace(/<\/script/gi, '<\\/script')
}
