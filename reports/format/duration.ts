/**
 * A duration as people read it, always with its unit: `4.2 ms`, `412 ms`, `86.7 s`, `12 min 03.2 s`, `2 h 05 min 10 s`.
 * Rounded before the unit is chosen, so that 99,970 ms is `1 min 40.0 s` and never `100.0 s`.
 */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0 ms'
  if (ms < 9.95) return `${ms.toFixed(1)} ms`
  if (Math.round(ms) < 1000) return `${Math.round(ms)} ms`
  const tenths = Math.round(ms / 100)
  if (tenths < 1000) return `${(tenths / 10).toFixed(1)} s`
  if (tenths < 36_000) {
    const seconds = ((tenths % 600) / 10).toFixed(1).padStart(4, '0')
    return `${Math.floor(tenths / 600)} min ${seconds} s`
  }
  const seconds = Math.round(ms / 1000)
  const minutes = Math.floor((seconds % 3600) / 60)
  return `${Math.floor(seconds / 3600)} h ${twoDigits(minutes)} min ${twoDigits(seconds % 60)} s`
}

/** What an axis of durations counts in: the largest unit that keeps its greatest value above 3. */
export function axisUnit(greatestMs: number): { readonly label: string; readonly ms: number } {
  if (greatestMs > 3 * 3_600_000) return { label: 'h', ms: 3_600_000 }
  if (greatestMs > 3 * 60_000) return { label: 'min', ms: 60_000 }
  if (greatestMs > 3 * 1000) return { label: 's', ms: 1000 }
  return { label: 'ms', ms: 1 }
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
