export type EnvironmentErrorCode =
  /** DATABASE_URL is not the URL of a PostgreSQL server. */
  | 'DATABASE_URL_INVALID'
  /** Nothing answered at DATABASE_URL within the time allowed. */
  | 'DATABASE_UNREACHABLE'
  /** The server answered and refused: password, role, database name, or its access rules. */
  | 'DATABASE_LOGIN_REFUSED'
  /** The server is older than what tierbench works with. */
  | 'DATABASE_TOO_OLD'
  /** The role may not create databases. */
  | 'DATABASE_ROLE_TOO_WEAK'
  /** No PostgreSQL can be started here: no package for the platform, or root without a user to run it. */
  | 'EMBEDDED_UNAVAILABLE'
  /** The PostgreSQL that comes with tierbench did not start. */
  | 'EMBEDDED_FAILED'
  /** prisma/migrations could not be applied. */
  | 'MIGRATION_FAILED'
  /** Databases that tierbench created are left on the server of DATABASE_URL. */
  | 'CLEANUP_FAILED'

/**
 * The environment is not as a run needs it. `message` says in one sentence what was expected and
 * what was got, `hint` what the user can do; neither ever holds a password.
 */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError'
  readonly code: EnvironmentErrorCode
  readonly hint: string

  constructor(code: EnvironmentErrorCode, message: string, hint: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.hint = hint
  }
}

/** The reason an operation failed, on one line. */
export function reasonOf(error: unknown): string {
  // Node tries each address of a name; the error that collects the failures has no message.
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  const text = error instanceof Error ? error.message || error.name : String(error)
  return text.replace(/\s+/g, ' ').trim()
}
