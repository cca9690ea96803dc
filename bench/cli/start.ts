import { once } from 'node:events'
import { type ApiServer, createApi, serveApi } from '../../engine/http/index.ts'
import { type Engine, systemClock } from '../../engine/index.ts'
import { logRequests } from '../../engine/telemetry/index.ts'
import { continueRuns } from '../dispatch/index.ts'
import { type EngineProcess, withEngine } from './engine-process.ts'
import { explainListenError } from './listen-error.ts'
import { EXIT, main } from './main.ts'
import { startLines } from './start-lines.ts'
import { parseStartOptions, type StartOptions } from './start-options.ts'

/** Under which a request reaches this machine from itself. */
const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]']

/** `npm start`: the engine's API over HTTP, until a signal ends it. */
async function start(signal: AbortSignal): Promise<number> {
  const options = parseStartOptions(process.argv.slice(2), process.env)
  const role = options.dispatch === 'pg-boss' ? 'sends' : 'none'
  await withEngine(options, role, signal, (engineProcess) => serve(options, engineProcess, signal))
  return EXIT.ok
}

/** Serves until the signal; resolves when nothing uses the database any more, or the grace is over. */
async function serve(options: StartOptions, parts: EngineProcess, signal: AbortSignal): Promise<void> {
  const { flags, graceMs, host, token } = options
  const { clock, db, logger, onError } = parts
  const engine: Engine = options.auto ? continueRuns(parts.engine, { clock, signal, onError }) : parts.engine
  const api = createApi({
    engine,
    // Requests are not scaled: clients and the network are in the time of the wall clock.
    clock: systemClock,
    flags,
    checkDatabase: () => db.$queryRaw`SELECT 1`,
    token,
    hosts: token === undefined ? [...new Set([...LOOPBACK_NAMES, host])] : undefined,
    signal,
    onRequest: logRequests(logger),
    onError,
  })
  signal.throwIfAborted()
  const server = await listen(options, (request) => api.fetch(request))
  process.stderr.write(startLines(server.url, options, parts))
  logger.info({ url: server.url }, 'listening')
  if (!signal.aborted) await once(signal, 'abort')
  logger.info({}, 'stopping')
  await Promise.all([server.close(graceMs), parts.idle()])
  logger.info({}, 'stopped')
}

async function listen(
  { host, port }: StartOptions,
  fetch: (request: Request) => Response | Promise<Response>,
): Promise<ApiServer> {
  try {
    return await serveApi({ fetch, host, port, clock: systemClock })
  } catch (error) {
    throw explainListenError(error, { host, port })
  }
}

await main(start, { signalIsTheEnd: true })
