/** A timeline unpacked into arrays of numbers, quick to search and to draw. Times are ticks. */
import { BAR_KINDS } from '../../../analysis/timeline.ts'
import type { PackedTimeline } from '../../charts/packed-timeline.ts'

export interface Lane {
  readonly label: string
  readonly kinds: Uint8Array
  readonly items: Int32Array
  readonly starts: Float64Array
  readonly ends: Float64Array
  /** The latest end of this bar and those before it: bars that overlap are found by it. */
  readonly latest: Float64Array
}

export interface Bar {
  readonly kind: string
  readonly item: string
  readonly start: number
  readonly end: number
}

export function lanesOf({ lanes }: PackedTimeline): Lane[] {
  return lanes.map(({ label, kinds, items, starts, lengths }) => {
    const count = kinds.length
    const lane = {
      label,
      kinds: Uint8Array.from(kinds),
      items: new Int32Array(count),
      starts: new Float64Array(count),
      ends: new Float64Array(count),
      latest: new Float64Array(count),
    }
    let [item, start, latest] = [0, 0, 0]
    for (let bar = 0; bar < count; bar += 1) {
      item += items[bar] ?? 0
      start += starts[bar] ?? 0
      const end = start + (lengths[bar] ?? 0)
      latest = Math.max(latest, end)
      lane.items[bar] = item
      lane.starts[bar] = start
      lane.ends[bar] = end
      lane.latest[bar] = latest
    }
    return lane
  })
}

/** Index of the first bar that may reach into what begins at a time. */
export function firstFrom({ latest }: Lane, time: number): number {
  let [low, high] = [0, latest.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((latest[middle] ?? 0) < time) low = middle + 1
    else high = middle
  }
  return low
}

/** What is drawn at a time: the last bar that begins before it, so what is within a call rather than the call. */
export function barAt(lane: Lane, items: readonly string[], time: number, reach: number): Bar | null {
  let found: Bar | null = null
  for (let bar = firstFrom(lane, time - reach); bar < lane.kinds.length; bar += 1) {
    const [start, end] = [lane.starts[bar] ?? 0, lane.ends[bar] ?? 0]
    if (start > time + reach) break
    if (end < time - reach) continue
    found = {
      kind: BAR_KINDS[lane.kinds[bar] ?? 0] ?? '',
      item: items[lane.items[bar] ?? -1] ?? '',
      start,
      end,
    }
  }
  return found
}
