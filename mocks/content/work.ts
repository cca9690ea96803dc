import { SchemaTooComplexError } from './json-schema.ts'

/**
 * Steps that one answer may take. A step is some 0.5 microseconds: a few for each schema that is visited, for each
 * property that is merged, for what is written and matched. As many as this are some 50 ms; a list of ten
 * cards takes 500.
 */
export const MAX_STEPS = 100_000

/** Counts steps, so that no schema holds up the process; not time, which would differ from run to run. */
export interface Work {
  readonly spent: number
  /** @throws SchemaTooComplexError when no steps are left */
  spend(steps: number): void
}

export function createWork(limit = MAX_STEPS): Work {
  let spent = 0
  return {
    get spent() {
      return spent
    },
    spend(steps) {
      spent += steps
      if (spent > limit) throw new SchemaTooComplexError()
    },
  }
}
