import { formatRatio, roundRatio } from '../format/number.ts'
import type { ModeFigures } from './mode-figures.ts'

/** Gains below this are called none in a headline; the figures beside it say more. */
const SHOWS = 0.05

/** What the modes gain against `sequential`, in one sentence of their figures. */
export function headlineOf(modes: readonly ModeFigures[]): string {
  const gains = modes.flatMap(({ mode, speedUp }) =>
    mode === 'sequential' || speedUp === null ? [] : [{ mode, speedUp: roundRatio(speedUp) }],
  )
  if (gains.length === 0) return 'No mode can be compared with a completed sequential run.'
  const clauses = [
    ...gains
      .filter((gain) => gain.speedUp >= 1 + SHOWS)
      .sort((a, b) => b.speedUp - a.speedUp)
      .map((gain) => `${gain.mode} is ${formatRatio(gain.speedUp)} faster than sequential`),
    ...gains
      .filter((gain) => gain.speedUp <= 1 - SHOWS)
      .map((gain) => `${gain.mode} is ${formatRatio(1 / gain.speedUp)} slower`),
  ]
  const level = gains.filter((gain) => Math.abs(gain.speedUp - 1) < SHOWS).map((gain) => gain.mode)
  if (level.length > 0) {
    clauses.push(`${level.join(' and ')} ${level.length > 1 ? 'take' : 'takes'} as long, within 5 %`)
  }
  return `${clauses.join('; ')}.`
}

/** The comparable mode with the greatest speed-up, sequential itself left out. */
export function fastestOf(modes: readonly ModeFigures[]): ModeFigures | null {
  return modes
    .filter((mode) => mode.mode !== 'sequential' && mode.speedUp !== null)
    .reduce<ModeFigures | null>(
      (best, mode) => (best === null || (mode.speedUp ?? 0) > (best.speedUp ?? 0) ? mode : best),
      null,
    )
}
