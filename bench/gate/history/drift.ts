import { ROUNDING } from '../explain.ts'

/** How a metric is judged from one result to the next. */
export interface StepJudge {
  /** By how much `after` is worse than `before`, in the metric's own unit; negative where it is better. */
  worseBy(before: number, after: number): number
  /** What a single gate allows against `before`. */
  budget(before: number): number
}

/**
 * Where a metric has become worse than a single gate allows, though each of the results on the way was within
 * the budget of the one before it. A step beyond the budget was let pass knowingly, and ends the way.
 * @param values One for each result, oldest first.
 * @param recent Results to look back to, from the newest.
 * @returns the index of the best value that the newest one is compared with; undefined where there is no drift
 */
export function driftFrom(
  values: readonly number[],
  recent: number,
  { worseBy, budget }: StepJudge,
): number | undefined {
  const last = values.length - 1
  const exceeds = (from: number, to: number) => {
    const [before, after] = [values[from] as number, values[to] as number]
    return worseBy(before, after) > budget(before) + ROUNDING
  }
  let best = last
  for (let at = last - 1; at >= Math.max(0, last - recent) && !exceeds(at, at + 1); at--) {
    if (worseBy(values[at] as number, values[best] as number) > 0) best = at
  }
  return exceeds(best, last) ? best : undefined
}
