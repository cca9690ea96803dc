// Started by environment-signals.test.ts as a process of its own: a caller as the CLI is one.
import { startDatabaseServer } from '../bench/environment/index.ts'

const abort = new AbortController()
const starting = startDatabaseServer({
  signal: abort.signal,
  log: (line) => {
    if (process.argv.includes('--announce-start')) console.log('starting')
    if (process.argv.includes('--verbose')) console.error(line)
  },
})

async function leave(): Promise<void> {
  abort.abort()
  const server = await starting.catch(() => undefined)
  await server?.close()
  process.exit(130)
}
process.once('SIGINT', leave)
process.once('SIGTERM', leave)

try {
  const server = await starting
  await server.createDatabase()
  console.log('ready')
  if (process.argv.includes('--throw')) throw new Error('as a bug would')
} catch (error) {
  if (!abort.signal.aborted) throw error
}
