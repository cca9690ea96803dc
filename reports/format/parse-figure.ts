const MS = { h: 3_600_000, min: 60_000, s: 1000, ms: 1 } as const

/**
 * The number that a figure's text stands for, to sort by: what `formatDuration`, `formatCount`, `formatRatio`,
 * `formatPercent` and `formatCost` write, also with more behind it. Durations are ms.
 * @returns null for what is no figure, e.g. `–` or a name
 */
export function parseFigure(text: string): number | null {
  const figure = text.trim().replaceAll(',', '').replace(/^−/, '-')
  const parts = [...figure.matchAll(/(\d+(?:\.\d+)?)\s(h|min|ms|s)(?![a-z])/g)]
  if (/^-?\d/.test(figure) && parts.length > 0 && /^-?\d+(?:\.\d+)?\s(?:h|min|ms|s)\b/.test(figure)) {
    // `1 min 30.0 s (1 min 00.0 s–2 min 00.0 s)`: what stands in brackets is its spread.
    const bracket = figure.indexOf('(')
    const whole = parts.filter(({ index }) => bracket < 0 || index < bracket)
    const ms = whole.reduce((sum, [, number, unit]) => sum + Number(number) * MS[unit as keyof typeof MS], 0)
    return figure.startsWith('-') ? -ms : ms
  }
  const number = /^[$+]?(-?\d+(?:\.\d+)?)/.exec(figure)
  return number === null ? null : Number(number[1])
}
