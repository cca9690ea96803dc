import { readFileSync } from 'node:fs'
import { fitTrace } from './fit-trace.ts'
import { parseTrace } from './parse-trace.ts'

/** `npm run trace -- FILE`: prints the profile that is fitted to a recorded trace, as JSON. */
function run(args: readonly string[]): string {
  const [path, ...more] = args
  if (path === undefined || more.length > 0) {
    throw new Error(`expected one file with a trace, got ${args.length} arguments`)
  }
  try {
    return JSON.stringify(fitTrace(parseTrace(readFileSync(path, 'utf8'))), null, 2)
  } catch (error) {
    throw new Error(`expected a trace in ${path}, got: ${(error as Error).message}`)
  }
}

try {
  process.stdout.write(`${run(process.argv.slice(2))}\n`)
} catch (error) {
  process.stderr.write(`tierbench: ${(error as Error).message}\n`)
  process.exitCode = 2
}
