/** Stands where there is no figure. */
export const NO_FIGURE = '–'

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const oneDecimal = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 })

/** `12,345`. */
export function formatCount(value: number): string {
  return whole.format(value)
}

/** A count divided by items: `6`, `6.3`. */
export function formatPerItem(value: number | null): string {
  return value === null ? NO_FIGURE : oneDecimal.format(value)
}

/** `1.01x`; from 10 on one decimal, `12.3x`. */
export function formatRatio(value: number | null): string {
  if (value === null) return NO_FIGURE
  const rounded = roundRatio(value)
  return `${rounded >= 10 ? rounded.toFixed(1) : rounded.toFixed(2)}x`
}

/** The number that `formatRatio` shows, so that a verdict never disagrees with the figure beside it. */
export function roundRatio(value: number): number {
  const hundredths = Math.round(value * 100) / 100
  return hundredths >= 10 ? Math.round(value * 10) / 10 : hundredths
}

/** `0.6 %`. */
export function formatPercent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`
}

/** `$0.42`, with four decimals below a cent. */
export function formatCost(usd: number): string {
  return `$${usd.toFixed(usd > 0 && usd < 0.01 ? 4 : 2)}`
}

/** `31.2 GiB`. */
export function formatBytes(bytes: number): string {
  return bytes >= 2 ** 30
    ? `${oneDecimal.format(bytes / 2 ** 30)} GiB`
    : `${whole.format(bytes / 2 ** 20)} MiB`
}

/** `1 upload`, `3 uploads`, `2 stories`. */
export function formatQuantity(value: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(value)} ${value === 1 ? singular : plural}`
}
