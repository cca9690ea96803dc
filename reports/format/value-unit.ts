import { axisUnit, formatDuration } from './duration.ts'
import { formatCount, formatPercent, formatRatio } from './number.ts'

/** What the values of a chart are: each is `per` of what its text says, e.g. 60,000 ms to a minute. */
export interface ValueUnit {
  readonly kind: 'duration' | 'count' | 'ratio' | 'share' | 'number'
  readonly per: number
  /** For the title of an axis, e.g. `min`. */
  readonly label: string
}

/** Durations, in the unit that suits the greatest of them. */
export function durationUnit(greatestMs: number): ValueUnit {
  const { label, ms } = axisUnit(greatestMs)
  return { kind: 'duration', per: ms, label }
}

export const COUNT_UNIT: ValueUnit = { kind: 'count', per: 1, label: '' }
export const RATIO_UNIT: ValueUnit = { kind: 'ratio', per: 1, label: '' }
/** Shares, drawn as percent. */
export const SHARE_UNIT: ValueUnit = { kind: 'share', per: 0.01, label: '%' }

/** The text of a value that is drawn, e.g. `12 min 03.2 s` for 12.05 of a chart in minutes. */
export function formatDrawn({ kind, per }: ValueUnit, drawn: number): string {
  return formatIn(kind, drawn * per)
}

/** The text of a value in its base unit: ms, a count, a ratio, a share of 1. */
export function formatIn(kind: ValueUnit['kind'], value: number): string {
  switch (kind) {
    case 'duration':
      return value < 0 ? `−${formatDuration(-value)}` : formatDuration(value)
    case 'count':
      return formatCount(value)
    case 'ratio':
      return formatRatio(value)
    case 'share':
      return formatPercent(value)
    case 'number':
      return String(Number(value.toPrecision(6)))
  }
}
