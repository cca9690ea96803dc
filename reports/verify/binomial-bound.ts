/** Bisection ends when the bound is known to this. */
const PRECISION = 1e-9

/**
 * The one-sided upper bound of Clopper and Pearson: the largest probability at which `violated` or fewer of
 * `schedules` still come up in 5 % of the cases. With none violated it is 1 - 0.05^(1/n), the "rule of three":
 * about 3/n.
 * @returns 1 where nothing was run
 */
export function upperBound(violated: number, schedules: number, confidence = 0.95): number {
  if (schedules === 0 || violated >= schedules) return 1
  let [low, high] = [violated / schedules, 1]
  while (high - low > PRECISION) {
    const middle = (low + high) / 2
    if (atMost(violated, schedules, middle) > 1 - confidence) low = middle
    else high = middle
  }
  return high
}

/** Probability of `k` or fewer successes in `n` trials. */
function atMost(k: number, n: number, p: number): number {
  let term = n * Math.log1p(-p)
  let sum = Math.exp(term)
  for (let i = 1; i <= k; i++) {
    term += Math.log((n - i + 1) / i) + Math.log(p) - Math.log1p(-p)
    sum += Math.exp(term)
  }
  return sum
}
