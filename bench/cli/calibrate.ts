import { rename, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { startDatabaseServer } from '../environment/index.ts'
import { SERVER_TIMES_FILE } from '../instrument/index.ts'
import { calibrate, UsageError } from '../run/index.ts'
import { EXIT, main } from './main.ts'

/** `npm run calibrate`: measures the statements' own times, and keeps them as data with their provenance. */
async function run(signal: AbortSignal): Promise<number> {
  const [unexpected] = process.argv.slice(2)
  if (unexpected !== undefined) throw new UsageError(`expected no arguments, got "${unexpected}"`)
  const server = await startDatabaseServer({ databaseUrl: process.env.DATABASE_URL || undefined, signal })
  try {
    const log = (line: string) => process.stderr.write(`${line}\n`)
    const times = await calibrate(server, 'npm run calibrate', signal, log)
    const path = fileURLToPath(SERVER_TIMES_FILE)
    await writeFile(`${path}.part`, `${JSON.stringify(times, null, 2)}\n`)
    await rename(`${path}.part`, path)
    for (const [shape, { fixedMs, perRowMs, samples }] of Object.entries(times.statements)) {
      const rows = perRowMs > 0 ? ` + ${perRowMs.toFixed(3)} ms a further row` : ''
      process.stdout.write(`${shape.padEnd(20)} ${fixedMs.toFixed(3)} ms${rows} (${samples} samples)\n`)
    }
    process.stderr.write(`\nWritten to ${path}\n`)
    return EXIT.ok
  } finally {
    await server.close()
  }
}

await main(run)
