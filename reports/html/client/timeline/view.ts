import type { View } from './draw.ts'

/** Closer than this there is nothing to see: 1 ms, in ticks. */
const LEAST_SPAN = 10

/** A view within a run. */
export function clamped({ from, to }: View, duration: number): View {
  const span = Math.min(Math.max(to - from, LEAST_SPAN), Math.max(duration, LEAST_SPAN))
  const start = Math.min(Math.max(0, from), Math.max(0, duration - span))
  return { from: start, to: start + span }
}

/** The same view, later by a share of its span. */
export function moved({ from, to }: View, share: number): View {
  const by = (to - from) * share
  return { from: from + by, to: to + by }
}

/** A view `times` as wide, in which a time stays where it is. */
export function zoomed({ from, to }: View, time: number, times: number): View {
  const least = LEAST_SPAN / (to - from)
  const by = Math.max(times, Math.min(1, least))
  return { from: time - (time - from) * by, to: time + (to - time) * by }
}
