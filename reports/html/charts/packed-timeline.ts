import { BAR_KINDS, type BarKind, type Timeline } from '../../analysis/timeline.ts'

/** Times are in tenths of a millisecond from here on: a bar shorter than that is not seen. */
export const TICKS_PER_MS = 10

const INDICES = new Map<BarKind, number>(BAR_KINDS.map((kind, index) => [kind, index]))

/**
 * A timeline as columns of whole numbers, each bar's start counted from the start of the bar before it in its
 * lane: a few bytes a bar once they are deflated.
 */
export interface PackedTimeline {
  readonly duration: number
  readonly items: readonly string[]
  readonly invocations: readonly { readonly start: number; readonly end: number; readonly outcome: string }[]
  readonly lanes: readonly {
    readonly label: string
    /** Index into BAR_KINDS. */
    readonly kinds: readonly number[]
    /** Index into `items`, counted from that of the bar before. */
    readonly items: readonly number[]
    readonly starts: readonly number[]
    readonly lengths: readonly number[]
  }[]
}

export function packTimeline(timeline: Timeline): PackedTimeline {
  const ticks = (ms: number) => Math.round(ms * TICKS_PER_MS)
  return {
    duration: ticks(timeline.durationMs),
    items: timeline.items,
    invocations: timeline.invocations.map(({ startMs, endMs, outcome }) => ({
      start: ticks(startMs),
      end: ticks(endMs),
      outcome,
    })),
    lanes: timeline.lanes.map(({ label, bars }) => {
      // A call of one attempt that was sent at once is told by its attempt alone.
      const shown = bars.filter(({ kind, startMs, endMs }, index) => {
        const next = bars[index + 1]
        return kind !== 'call' || next?.startMs !== startMs || next.endMs !== endMs
      })
      return {
        label,
        kinds: shown.map(({ kind }) => INDICES.get(kind) ?? 0),
        items: differences(shown.map(({ item }) => item)),
        starts: differences(shown.map(({ startMs }) => ticks(startMs))),
        lengths: shown.map(({ startMs, endMs }) => ticks(endMs) - ticks(startMs)),
      }
    }),
  }
}

function differences(values: readonly number[]): readonly number[] {
  return values.map((value, index) => value - (values[index - 1] ?? 0))
}
