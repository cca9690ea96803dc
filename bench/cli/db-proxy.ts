import { once } from 'node:events'
import Table from 'cli-table3'
import { type ProxyStats, serveStats, startDatabaseProxy } from '../db-proxy/index.ts'
import { type DbProxyOptions, parseDbProxyOptions } from './db-proxy-options.ts'
import { explainListenError } from './listen-error.ts'
import { EXIT, main } from './main.ts'

/** `npm run db-proxy`: counts and lengthens the round trips of what connects through it, until a signal ends it. */
async function dbProxy(signal: AbortSignal): Promise<number> {
  const options = parseDbProxyOptions(process.argv.slice(2))
  const { statsPort } = options
  const proxy = await listening(options, () => startDatabaseProxy(options))
  try {
    const stats =
      statsPort === undefined
        ? undefined
        : await listening({ host: '127.0.0.1', port: statsPort }, () => serveStats(proxy, statsPort))
    process.stderr.write(startLines(options, proxy.port, stats?.url))
    if (!signal.aborted) await once(signal, 'abort')
    await stats?.close(0)
  } finally {
    await proxy.close()
  }
  process.stdout.write(summary(proxy.stats))
  return EXIT.ok
}

async function listening<T>(place: { host: string; port: number }, listen: () => Promise<T>): Promise<T> {
  try {
    return await listen()
  } catch (error) {
    throw explainListenError(error, place)
  }
}

function startLines({ host, target, rttMs }: DbProxyOptions, port: number, statsUrl?: string): string {
  const place = `${host.includes(':') ? `[${host}]` : host}:${port}`
  const lines = [
    `tierbench: a PostgreSQL proxy on ${place}, to ${target.host}:${target.port}; Ctrl-C ends it.`,
    `Put ${place} into the DATABASE_URL of a service in the place of its host and port. TLS is not spoken: a client that insists on it (sslmode=require) is refused.`,
    rttMs > 0 ? `Each request is held for ${rttMs} ms.` : 'No latency is added (--rtt adds some).',
    ...(statsUrl ? [`Statistics: ${statsUrl}/stats`] : []),
  ]
  return `${lines.join('\n')}\n`
}

function summary({ roundTrips, connections, shapes }: ProxyStats): string {
  const { count, pipelined, failed, unanswered } = roundTrips
  const head = `${count} round trips on ${connections.opened} connections; ${pipelined} pipelined, ${failed} failed, ${unanswered} unanswered.\n`
  if (count === 0) return head
  const table = new Table({
    head: ['statement', 'round trips', 'failed', 'p50 ms', 'p99 ms', 'max ms'],
    style: { head: [], border: [], compact: true },
  })
  for (const one of shapes) {
    table.push([
      one.shape,
      one.count,
      one.failed,
      ...[one.p50Ms, one.p99Ms, one.maxMs].map((ms) => ms.toFixed(1)),
    ])
  }
  return `${head}${table.toString()}\n`
}

await main(dbProxy, { signalIsTheEnd: true })
