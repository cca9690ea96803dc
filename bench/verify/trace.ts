/** What happened in a schedule, in order: what invariants read and explanations show. */
export interface TraceEntry {
  /** Since the schedule began, ms of the virtual clock. */
  readonly atMs: number
  /** Index of the actor. */
  readonly actor: number
  readonly kind: 'statement' | 'event' | 'call' | 'fault'
  readonly text: string
  /** Of statements: verb and table, e.g. `UPDATE Run`. */
  readonly shape?: string
  /** Rows that a statement read or changed; undefined where it failed. */
  readonly rows?: number
}
