/** Of an environment, what says whether a terminal shows colours. */
type ColourEnvironment = Readonly<Record<string, string | undefined>>

/**
 * Whether to write colours to a stream. NO_COLOR, when not empty, says no (no-color.org); then FORCE_COLOR says
 * yes, or no with `0` and `false`; then a terminal that can show them, and not in CI, where the output is a log.
 */
export function showsColours(stream: { readonly isTTY?: boolean }, env: ColourEnvironment): boolean {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false'
  return stream.isTTY === true && env.TERM !== 'dumb' && !env.CI
}
