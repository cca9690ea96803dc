/** A mistake of the user's, said in one sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
