/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { resultFigures } from '../analysis/result-figures.ts'
import type { GateResult } from '../gate/gate-schema.ts'
import type { BenchResult } from '../result-schema.ts'
import type { VerifyResult } from '../verify/verify-schema.ts'
import { Page } from './page.tsx'

/** What other commands say of the same code, for the summary. */
export interface Companions {
  /** One for each tier that was verified. @default none */
  readonly verify?: readonly VerifyResult[]
  /** @default none */
  readonly gate?: GateResult
}

/** The result as one HTML file that needs nothing beside it and no network. Pure: the same bytes each time. */
export function renderHtml(result: BenchResult, { verify = [], gate }: Companions = {}): string {
  return `<!doctype html>\n${(
    <Page figures={resultFigures(result)} verify={verify} gate={gate ?? null} />
  ).toString()}\n`
}
