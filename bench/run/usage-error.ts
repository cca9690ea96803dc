/** What the caller asked for cannot be done, and only the caller can mend it: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly code = 'USAGE'
}
