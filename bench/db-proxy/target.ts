import { UsageError } from '../run/usage-error.ts'
import type { Target } from './connection.ts'

const POSTGRES_PORT = 5_432
/** Ways of `sslmode` that a client goes on from without TLS. */
const WITHOUT_TLS = ['disable', 'allow', 'prefer']

/**
 * Where `--target` points: `host:port`, or the URL of a database, of which no more than the place is used.
 * @throws UsageError
 */
export function parseTarget(text: string): Target {
  const url = urlOf(text)
  if (!url?.hostname) {
    throw new UsageError(
      'expected --target to be host:port or postgresql://user:password@host:port/database, got something else',
    )
  }
  const mode = url.searchParams.get('sslmode')
  const tls = url.searchParams.get('ssl') === 'true' ? 'ssl=true' : mode && `sslmode=${mode}`
  if (tls && !WITHOUT_TLS.includes(mode ?? '')) {
    throw new UsageError(
      `expected a --target without TLS, which is not spoken here, got ${tls}: use a database that takes connections without it, or a tunnel to one (ssh -L) with --target 127.0.0.1:<its port>`,
    )
  }
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || POSTGRES_PORT) }
}

/** The URL of a database with the proxy in its place. */
export function urlThroughProxy(databaseUrl: string, proxy: Target): string {
  const url = new URL(databaseUrl)
  url.hostname = proxy.host.includes(':') ? `[${proxy.host}]` : proxy.host
  url.port = String(proxy.port)
  return url.href
}

function urlOf(text: string): URL | undefined {
  const whole = /^postgres(ql)?:\/\//.test(text) ? text : `postgresql://${text}`
  if (/[/?@]/.test(whole.slice('postgresql://'.length)) && whole !== text) return undefined
  return URL.canParse(whole) ? new URL(whole) : undefined
}
