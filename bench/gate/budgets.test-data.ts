import type { Budgets } from './budgets.ts'

/** Counts may not grow at all, everything else by 0.5 %. */
export const BUDGETS: Budgets = {
  defaults: {
    count: { absolute: 0 },
    duration: { relative: 0.005 },
    cost: { relative: 0.005 },
    share: { relative: 0.005 },
    plan: { relative: 0.005 },
  },
  exceptions: [],
}
