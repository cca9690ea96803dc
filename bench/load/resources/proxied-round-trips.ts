import type { ProxiedRoundTrips } from '../../../reports/index.ts'
import { type ProxyStats, proxyStatsSchema } from '../../db-proxy/index.ts'
import { UsageError } from '../../run/index.ts'

/**
 * Has the database proxy of the target count from now on.
 * @param url Of its statistics, without a path.
 * @throws UsageError where it is none
 */
export async function resetProxy(url: string): Promise<void> {
  await ask(url, '/stats/reset', 'POST')
}

/**
 * What has passed the proxy since it was reset.
 * @throws UsageError where it has gone
 */
export async function readProxy(url: string): Promise<ProxiedRoundTrips> {
  const { roundTrips, rttMs, shapes } = await ask(url, '/stats', 'GET')
  return {
    count: roundTrips.count,
    pipelined: roundTrips.pipelined,
    failed: roundTrips.failed,
    wallAddedMs: rttMs,
    shapes: shapes.map(({ shape, count, totalMs, p50Ms, p99Ms }) => ({
      shape,
      count,
      wallTotalMs: totalMs,
      wallP50Ms: p50Ms,
      wallP99Ms: p99Ms,
    })),
  }
}

async function ask(url: string, path: string, method: 'GET' | 'POST'): Promise<ProxyStats> {
  const wrong = (got: string) =>
    new UsageError(
      `expected --proxy-url to be where npm run db-proxy answers with its statistics (its --stats-port), got ${got} from ${url}${path}`,
    )
  let response: Response
  try {
    response = await fetch(`${url}${path}`, { method })
  } catch {
    throw wrong('no answer')
  }
  if (!response.ok) throw wrong(String(response.status))
  const parsed = proxyStatsSchema.safeParse(await response.json().catch(() => undefined))
  if (!parsed.success) throw wrong('something else')
  return parsed.data
}
