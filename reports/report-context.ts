import type { GateResult } from './gate/gate-schema.ts'
import type { VerifyResult } from './verify/verify-schema.ts'

/** What stands beside a result file, for a report's summary. */
export interface ReportContext {
  /** `verify.json`: whether a tier is safe to roll out. */
  readonly verify?: VerifyResult | undefined
  /** `gate.json`: whether a figure became worse. */
  readonly gate?: GateResult | undefined
}
