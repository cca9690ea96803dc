import pg from 'pg'
import { EnvironmentError, reasonOf } from './errors.ts'
import type { RunningServer } from './ports.ts'

const answerWithinMs = 5_000
/** DROP DATABASE ... WITH (FORCE), which ends the connections left open, came with 13. */
const oldestMajor = 13

/** Verifies that the server of DATABASE_URL answers, is recent enough, and lets us create databases. */
export async function connectToProvidedServer(databaseUrl: string): Promise<RunningServer> {
  const { url } = await checkProvidedServer(databaseUrl, { mayCreateDatabases: true })
  return {
    source: 'DATABASE_URL',
    adminUrl: databaseUrl,
    urlOf: (database) => {
      const own = new URL(url)
      own.pathname = `/${database}`
      return own.href
    },
    stop: async () => {},
  }
}

/**
 * Verifies that the server of DATABASE_URL answers, is recent enough, and has the rights that are needed.
 * @throws EnvironmentError
 */
export async function checkProvidedServer(
  databaseUrl: string,
  needs: { readonly mayCreateDatabases: boolean },
): Promise<{ readonly url: URL; readonly version: string }> {
  const url = parse(databaseUrl)
  const place = `${url.hostname || url.searchParams.get('host') || 'localhost'}:${url.port || '5432'}`
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: answerWithinMs,
    query_timeout: answerWithinMs,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    const version = await verify(client, place, needs)
    await client.end()
    return { url, version }
  } catch (error) {
    // Not awaited: a server that does not answer does not answer a goodbye either.
    client.end().catch(() => {})
    throw error instanceof EnvironmentError ? error : connectionFailure(error, place, url)
  }
}

function parse(databaseUrl: string): URL {
  const url = URL.canParse(databaseUrl) ? new URL(databaseUrl) : undefined
  if (url && ['postgres:', 'postgresql:'].includes(url.protocol) && isDecodable(url.password)) return url
  const problem = !url
    ? 'something that is no URL'
    : isDecodable(url.password)
      ? `one that begins with ${url.protocol}`
      : 'one whose password has a "%" that begins no percent-encoding'
  throw new EnvironmentError(
    'DATABASE_URL_INVALID',
    `Expected DATABASE_URL to be a PostgreSQL URL, got ${problem}.`,
    'Write it as postgresql://user:password@host:5432/database (special characters in the password percent-encoded), or unset it to use the PostgreSQL that comes with tierbench.',
  )
}

async function verify(
  client: pg.Client,
  place: string,
  { mayCreateDatabases }: { readonly mayCreateDatabases: boolean },
): Promise<string> {
  const { rows } = await client.query<{ version: string; number: number; role: string; creates: boolean }>(
    `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
            rolname AS role, rolcreatedb OR rolsuper AS creates
     FROM pg_roles WHERE rolname = current_user`,
  )
  const [row] = rows
  if (!row || row.number < oldestMajor * 10_000) {
    throw new EnvironmentError(
      'DATABASE_TOO_OLD',
      `Expected PostgreSQL ${oldestMajor} or later at ${place} (DATABASE_URL), got ${row?.version ?? 'no version'}.`,
      'Point DATABASE_URL at a newer server, or unset it to use the PostgreSQL that comes with tierbench.',
    )
  }
  if (mayCreateDatabases && !row.creates) {
    throw new EnvironmentError(
      'DATABASE_ROLE_TOO_WEAK',
      `Expected a role that may create databases at ${place} (DATABASE_URL), but "${row.role}" may not.`,
      `Let it: ALTER ROLE ${pg.escapeIdentifier(row.role)} CREATEDB; tierbench works only in databases that it creates itself.`,
    )
  }
  return row.version
}

function connectionFailure(error: unknown, place: string, url: URL): EnvironmentError {
  const code = (error as { code?: unknown } | null)?.code
  const reason = withoutPassword(reasonOf(error), url)
  // 28: authorisation; 3D000: no such database. Others than these mean that nobody let us in at all.
  if (typeof code === 'string' && /^(28|3D)/.test(code)) {
    return new EnvironmentError(
      'DATABASE_LOGIN_REFUSED',
      `Expected to log in to PostgreSQL at ${place} (DATABASE_URL), but it refused: ${reason}.`,
      'Check the role, the password and the database name in DATABASE_URL.',
    )
  }
  return new EnvironmentError(
    'DATABASE_UNREACHABLE',
    `Expected PostgreSQL to answer at ${place} (DATABASE_URL) within ${answerWithinMs / 1000} s, but: ${reason}.`,
    'Start that server or correct DATABASE_URL, or unset it to use the PostgreSQL that comes with tierbench.',
  )
}

function withoutPassword(text: string, url: URL): string {
  const secrets = [decodeURIComponent(url.password), url.password, url.searchParams.get('password')]
  return secrets.reduce<string>((shown, secret) => (secret ? shown.replaceAll(secret, '***') : shown), text)
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
