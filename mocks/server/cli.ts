import { scaleClock } from '../scaled-clock.ts'
import { PrintedError, parseMockOptions } from './options.ts'
import { createRealClock } from './real-clock.ts'
import { type MockServer, startMockServer } from './server.ts'
import { UsageError } from './usage-error.ts'

const EXIT = { ok: 0, failed: 1, usage: 2 } as const
/** npm passes a Ctrl-C on to a child that has had it from the terminal already: within this it is one. */
const SAME_SIGNAL_MS = 500

/** `npm run mock`: the mock of the Claude API over HTTP, until a signal ends it. */
async function run(args: readonly string[]): Promise<number> {
  const { port, host, graceMs, mock } = parseMockOptions(args)
  const { timeScale } = mock
  const realClock = createRealClock()
  const clock = scaleClock(realClock, timeScale)
  const signal = firstSignal(realClock.now)
  const server = await listen({ mock: { clock, ...mock }, port, host })
  const speed = timeScale === 1 ? '' : `, ${timeScale} times as fast`
  process.stdout.write(
    `Claude API mock on ${server.url} (seed ${mock.seed}${speed}); Ctrl-C ends it.\n` +
      `Point a client at it: ANTHROPIC_BASE_URL=${server.url}\n`,
  )
  await signal
  await server.close(graceMs * timeScale)
  return EXIT.ok
}

/** Resolves at the first signal; a second one that is not its echo ends the process at once. */
function firstSignal(now: () => number): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined
    for (const [name, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      process.on(name, () => {
        if (first !== undefined && now() - first > SAME_SIGNAL_MS) process.exit(code)
        first ??= now()
        resolve()
      })
    }
  })
}

async function listen(options: Parameters<typeof startMockServer>[0]): Promise<MockServer> {
  try {
    return await startMockServer(options)
  } catch (error) {
    throw explained(error as NodeJS.ErrnoException, options)
  }
}

function explained(
  error: NodeJS.ErrnoException,
  { host, port }: { readonly host?: string; readonly port: number },
): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new UsageError(`expected a free port, got ${port}, which another process listens on`)
    case 'EACCES':
      return new UsageError(`expected a port that this user may listen on, got ${port}`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new UsageError(`expected --host to be an address of this machine, got "${host}"`)
    default:
      // Without a code it is the mock's own account of what is wrong with its options.
      return error.code === undefined ? new UsageError(error.message) : error
  }
}

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  if (error instanceof PrintedError) {
    process.exitCode = error.exitCode
  } else {
    const isUsage = error instanceof UsageError
    const text = isUsage || !(error instanceof Error) ? String((error as Error).message) : error.stack
    process.stderr.write(`tierbench: ${text}\n`)
    process.exitCode = isUsage ? EXIT.usage : EXIT.failed
  }
}
