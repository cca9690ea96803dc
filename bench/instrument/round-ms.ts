/** ms to 3 decimals: enough for a figure, and free of the noise of binary fractions. */
export function roundMs(ms: number): number {
  return Math.round(ms * 1_000) / 1_000
}
