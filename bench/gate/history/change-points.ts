/** Where the level of a series changes. */
export interface ChangePoint {
  /** The first value of the new level. */
  readonly index: number
  /** Share of shuffled series whose best split is at least as clear as this one. */
  readonly pValue: number
}

export interface ChangePointOptions {
  /** Values on each side of a change, at least: one that is alone is an outlier and no level. @default 3 */
  readonly least?: number
  /** A split is a change where its p value is at most this. @default 0.01 */
  readonly alpha?: number
  /** Shuffled series for each split. @default 499 */
  readonly permutations?: number
  /** Of the shuffling. @default 1 */
  readonly seed?: number
}

/**
 * E-divisive: the series is split where the energy distance between both sides is largest, as long as a
 * permutation test says that shuffled values would hardly give as large a one, and then each side in turn. It
 * assumes no distribution and no number of changes. There is no library of it for JavaScript.
 * @see Matteson and James, A Nonparametric Approach for Multiple Change Point Analysis of Multivariate Data,
 * JASA 109 (2014), https://arxiv.org/abs/1306.4933; used on benchmarks by Daly et al., ICPE 2020,
 * https://arxiv.org/abs/2003.00584
 * @returns oldest first
 */
export function changePoints(values: readonly number[], options: ChangePointOptions = {}): ChangePoint[] {
  const { least = 3, alpha = 0.01, permutations = 499, seed = 1 } = options
  const random = mulberry32(seed)
  const found: ChangePoint[] = []
  const segments: [from: number, to: number][] = [[0, values.length]]
  for (let segment = segments.pop(); segment; segment = segments.pop()) {
    const [from, to] = segment
    const own = values.slice(from, to)
    const best = bestSplit(own, least)
    if (!best || best.distance <= 0) continue
    let asClear = 0
    for (let round = 0; round < permutations; round++) {
      const other = bestSplit(shuffled(own, random), least)
      if (other && other.distance >= best.distance * (1 - 1e-12)) asClear++
    }
    const pValue = (asClear + 1) / (permutations + 1)
    if (pValue > alpha) continue
    const index = from + best.at
    found.push({ index, pValue })
    segments.push([from, index], [index, to])
  }
  return found.sort((a, b) => a.index - b.index)
}

/**
 * The split with the largest scaled energy distance between what lies before it and what comes next, up to any
 * later place: a level that is left again would else be hidden by what follows it.
 * @returns undefined where the series is too short for a split
 */
function bestSplit(
  values: readonly number[],
  least: number,
): { readonly at: number; readonly distance: number } | undefined {
  const n = values.length
  if (n < 2 * least) return undefined
  const sums = distanceSums(values)
  /** Of the distances between values from `a` to `b` and those from `c` to `d`. */
  const between = (a: number, b: number, c: number, d: number) =>
    at(sums, n, b, d) - at(sums, n, a, d) - at(sums, n, b, c) + at(sums, n, a, c)
  let best: { at: number; distance: number } | undefined
  for (let split = least; split <= n - least; split++) {
    const left = between(0, split, 0, split) / (split * Math.max(1, split - 1))
    for (let end = split + least; end <= n; end++) {
      const size = end - split
      const right = between(split, end, split, end) / (size * Math.max(1, size - 1))
      const energy = (2 * between(0, split, split, end)) / (split * size) - left - right
      const distance = ((split * size) / (split + size)) * energy
      if (!best || distance > best.distance) best = { at: split, distance }
    }
  }
  return best
}

/** Sums of the distances between the first i and the first j values, for all i and j. */
function distanceSums(values: readonly number[]): Float64Array {
  const n = values.length
  const sums = new Float64Array((n + 1) ** 2)
  for (let i = 1; i <= n; i++) {
    for (let j = 1; j <= n; j++) {
      const distance = Math.abs((values[i - 1] as number) - (values[j - 1] as number))
      sums[i * (n + 1) + j] =
        distance + at(sums, n, i - 1, j) + at(sums, n, i, j - 1) - at(sums, n, i - 1, j - 1)
    }
  }
  return sums
}

function at(sums: Float64Array, n: number, i: number, j: number): number {
  return sums[i * (n + 1) + j] as number
}

function shuffled(values: readonly number[], random: () => number): number[] {
  const copy = [...values]
  for (let last = copy.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    ;[copy[last], copy[other]] = [copy[other] as number, copy[last] as number]
  }
  return copy
}

/** Tommy Ettinger's mulberry32: small, fast and seeded; nothing here needs more. */
function mulberry32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
