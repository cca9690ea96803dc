import { EnvironmentError, reasonOf } from './errors.ts'

/**
 * Applies the migrations that a database lacks.
 * @param failed What to say where they cannot be applied: what was expected, and a hint.
 * @throws EnvironmentError MIGRATION_FAILED
 */
export async function migrateDatabase(
  url: string,
  failed: { readonly expected: string; readonly hint: string },
): Promise<void> {
  // Loaded only when needed: it brings the schema engine with it.
  const { applyMigrations } = await import('../../prisma/migrate.ts')
  try {
    await applyMigrations(url)
  } catch (error) {
    const message = `Expected ${failed.expected}, but: ${reasonOf(error)}.`
    throw new EnvironmentError('MIGRATION_FAILED', message, failed.hint, { cause: error })
  }
}
