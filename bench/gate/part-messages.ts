import type { BenchProgress } from '../run/index.ts'
import type { Part, PartOutcome } from './part.ts'

/** What the gate asks of a process that measures parts. */
export interface PartWorker {
  /**
   * @param version Of the database server.
   * @returns what a UsageError says as `refused`: of an error that is thrown, its class is lost on the way
   */
  measure(part: Part, version: string): Promise<PartOutcome | { readonly refused: string }>
}

/** What such a process asks of the gate, which owns the server and its databases. */
export interface PartOwner {
  createDatabase(): Promise<{ readonly name: string; readonly url: string }>
  dropDatabase(name: string): Promise<void>
  started(...args: Parameters<BenchProgress['started']>): void
  ended(...args: Parameters<BenchProgress['ended']>): void
  brokeOff(...args: Parameters<BenchProgress['started']>): void
}
