import { once } from 'node:events'
import { PrismaPg } from '@prisma/adapter-pg'
import { type ApiServer, createApi, serveApi } from '../../engine/http/index.ts'
import {
  type Clock,
  createEngine,
  type Engine,
  idleTransactionTimeoutMs,
  systemClock,
} from '../../engine/index.ts'
import { createLogger, logEvents, logRequests, openTelemetry } from '../../engine/telemetry/index.ts'
import { PrismaClient } from '../../prisma/generated/client.ts'
import { openServiceDatabase } from '../environment/index.ts'
import { UsageError } from '../run/index.ts'
import { continueRuns } from './continue-runs.ts'
import { keepInvocations } from './kept-invocations.ts'
import { EXIT, main } from './main.ts'
import { createClaude } from './start-claude.ts'
import { startLines } from './start-lines.ts'
import { parseStartOptions, type StartOptions } from './start-options.ts'

/** Under which a request reaches this machine from itself. */
const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]']
/** More than a run in parallel mode has statements under way at once. */
const POOL_SIZE = 20

/** `npm start`: the engine's API over HTTP, until a signal ends it. */
async function start(signal: AbortSignal): Promise<number> {
  const options = parseStartOptions(process.argv.slice(2), process.env)
  const database = await openServiceDatabase({ databaseUrl: options.databaseUrl, signal })
  try {
    const adapter = new PrismaPg({
      connectionString: database.url,
      max: POOL_SIZE,
      idle_in_transaction_session_timeout: idleTransactionTimeoutMs(options.budgetMs),
    })
    const db = new PrismaClient({ adapter })
    try {
      await serve(options, db, signal, (url) => process.stderr.write(startLines(url, options, database)))
    } finally {
      await db.$disconnect()
    }
  } finally {
    await database.close()
  }
  return EXIT.ok
}

/** Serves until the signal; resolves when nothing uses the database any more, or the grace is over. */
async function serve(
  options: StartOptions,
  db: PrismaClient,
  signal: AbortSignal,
  announce: (url: string) => void,
): Promise<void> {
  const { flags, allowUnsafe, model, graceMs, host, token } = options
  // Leases compare times of several machines: the machine's own clock, and not one that only counts on.
  const clock = systemClock
  const logger = createLogger({ level: options.logLevel, clock, destination: process.stdout })
  const tracing = options.otel
    ? await openTelemetry({ model, serviceName: 'tierbench', onProblem: (text) => logger.warn({}, text) })
    : undefined
  const log = logEvents(logger)
  const bare = createEngine({
    db,
    claude: createClaude(options.claude, clock),
    clock,
    flags,
    allowUnsafe,
    model,
    pacing: options.pacing,
    shape: options.shape,
    budgetMs: options.budgetMs,
    // On a database that stays, others may work with the same key. The mock is this process's alone.
    ...(options.databaseUrl && options.claude.kind === 'api'
      ? { governor: { shared: { key: options.claude.apiKey } } }
      : {}),
    onEvent(event) {
      log(event)
      tracing?.onEvent(event)
    },
  })
  const kept = keepInvocations(tracing?.wrap(bare) ?? bare)
  const onError = (err: unknown, about: object) => logger.error({ err, ...about }, 'unexpected error')
  const engine: Engine = options.auto ? continueRuns(kept.engine, { clock, signal, onError }) : kept.engine
  const api = createApi({
    engine,
    clock,
    flags,
    checkDatabase: () => db.$queryRaw`SELECT 1`,
    token,
    hosts: token === undefined ? [...new Set([...LOOPBACK_NAMES, host])] : undefined,
    signal,
    onRequest: logRequests(logger),
    onError,
  })
  try {
    signal.throwIfAborted()
    const server = await listen(options, (request) => api.fetch(request), clock)
    announce(server.url)
    logger.info({ url: server.url }, 'listening')
    if (!signal.aborted) await once(signal, 'abort')
    logger.info({}, 'stopping')
    await Promise.all([server.close(graceMs), atMost(kept.idle(), graceMs, clock)])
    logger.info({}, 'stopped')
  } finally {
    await tracing?.close()
  }
}

/** What is not done by then goes on without the database; its leases run out, and others take it over. */
async function atMost(work: Promise<void>, ms: number, clock: Clock): Promise<void> {
  const done = new AbortController()
  await Promise.race([work, clock.sleep(ms, done.signal).catch(() => {})])
  done.abort()
}

async function listen(
  { host, port }: StartOptions,
  fetch: (request: Request) => Response | Promise<Response>,
  clock: Clock,
): Promise<ApiServer> {
  try {
    return await serveApi({ fetch, host, port, clock })
  } catch (error) {
    switch ((error as NodeJS.ErrnoException).code) {
      case 'EADDRINUSE':
        throw new UsageError(`expected a free port, got ${port}, which another process listens on`)
      case 'EACCES':
        throw new UsageError(`expected a port that this user may listen on, got ${port}`)
      case 'EADDRNOTAVAIL':
      case 'ENOTFOUND':
      case 'EAI_AGAIN':
        throw new UsageError(`expected --host to be an address of this machine, got "${host}"`)
      default:
        throw error
    }
  }
}

await main(start, { signalIsTheEnd: true })
