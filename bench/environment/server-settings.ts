import type pg from 'pg'

/** What a production server has, for the settings that bear on a result. */
const production: Readonly<Record<string, string>> = {
  autovacuum: 'on',
  default_transaction_isolation: 'read committed',
  fsync: 'on',
  full_page_writes: 'on',
  jit: 'on',
  max_connections: '100',
  synchronous_commit: 'on',
}

/** The server's version, and its settings that differ from production, as the server says them. */
export async function readServerSettings(
  admin: pg.Pool,
  template: string,
): Promise<{ version: string; settings: Readonly<Record<string, string>> }> {
  const { rows } = await admin.query<{ name: string; value: string }>(
    `SELECT name, current_setting(name) AS value FROM pg_settings WHERE name = ANY ($1)
     UNION ALL SELECT 'lc_collate', datcollate FROM pg_database WHERE datname = $2
     UNION ALL SELECT 'server_version', current_setting('server_version')
     ORDER BY name`,
    [Object.keys(production), template],
  )
  const values = new Map(rows.map(({ name, value }) => [name, value]))
  // Debian and others append their package's version.
  const version = values.get('server_version')?.split(' ')[0] ?? 'unknown'
  values.delete('server_version')
  const differing = [...values].filter(([name, value]) => production[name] !== value)
  return { version, settings: Object.fromEntries(differing) }
}
