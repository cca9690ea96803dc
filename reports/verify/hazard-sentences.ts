import type { HazardResult, VerifySide } from './verify-schema.ts'

/** E.g. `violated in 12 of 100`, `0 of 100 (at most 2.95 %)`. */
export function sideText({ schedules, violated, atMost, broken }: VerifySide): string {
  const lost = broken.length > 0 ? `, ${broken.length} broken` : ''
  if (schedules === 0) return `not run${lost}`
  if (violated === 0) return `0 of ${schedules} (at most ${percent(atMost)})${lost}`
  return `violated in ${violated} of ${schedules}${lost}`
}

export function percent(share: number): string {
  const value = share * 100
  return `${value.toFixed(value < 1 ? 3 : value < 10 ? 2 : 1)} %`
}

/** What becomes of a hazard, in words. */
export function verdictText({ verdict }: HazardResult): string {
  switch (verdict) {
    case 'removed':
      return 'removed'
    case 'violated':
      return 'VIOLATED'
    case 'not-shown':
      return 'not shown'
    case 'not-promised':
      return 'not promised by this tier'
    case 'not-run':
      return 'not run'
  }
}

export const CONFIDENCE_NOTE =
  'At most: the largest rate of violation that as many schedules without one leave possible, with 95 % confidence (Clopper and Pearson; with none about 3 in N).'
