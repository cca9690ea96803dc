import type { BenchResult } from '../result-schema.ts'

/** A result and what it is called in a comparison, e.g. the path of its file. */
export interface NamedResult {
  readonly name: string
  readonly result: BenchResult
}
