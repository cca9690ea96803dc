import type { LatencyProfile } from '../../latency.ts'

/** A latency profile and where its figures come from. */
export interface LatencyModel {
  /** One line: what is published, and by whom; what is assumed. */
  readonly provenance: string
  readonly profile: LatencyProfile
}
