import { PHASES, WAIT_CAUSES } from '../../../analysis/vocabulary.ts'
import { formatDuration } from '../../../format/duration.ts'
import { TICKS_PER_MS } from '../../charts/packed-timeline.ts'
import type { Bar } from './lanes.ts'

/** `story 7.2: attempt refused with 429, 150 ms (12.3 s to 12.5 s)`. */
export function barWords({ kind, item, start, end }: Bar): string {
  const text = (ticks: number) => formatDuration(ticks / TICKS_PER_MS)
  const of = item === '' ? '' : `${item}: `
  return `${of}${whatIs(kind)}, ${text(end - start)} (${text(start)} to ${text(end)})`
}

function whatIs(kind: string): string {
  if (kind === 'call') return 'call under way'
  if (kind === '429') return 'attempt refused with 429'
  if (kind === 'error') return 'attempt that failed'
  const phase = PHASES.find((one) => one.phase === kind)
  if (phase !== undefined) return `${phase.label}, answered`
  return `waiting: ${WAIT_CAUSES.find(({ cause }) => cause === kind)?.label ?? kind}`
}
