import type { PrismaClient } from '../../prisma/generated/client.ts'
import type { Caller } from '../claude/caller.ts'
import type { PipelineShape } from '../claude/prompts.ts'
import type { EventListener, Phase } from '../events.ts'
import type { Flags } from '../flags.ts'
import type { Lease } from '../persistence/claims.ts'
import type { Clock } from '../ports.ts'
import type { Budget } from './budget.ts'

/** Makes ids. `about` is unique within a database, e.g. `card:<upload id>:2`. */
export type NewId = (about: string) => string

/** What an invocation of process-next works with. */
export interface Invocation {
  readonly id: string
  readonly runId: string
  readonly db: PrismaClient
  readonly clock: Clock
  readonly flags: Flags
  readonly shape: PipelineShape
  readonly caller: Caller
  readonly budget: Budget
  readonly lease: Lease
  readonly newId: NewId
  readonly onEvent: EventListener
  /** Aborts when the caller cancels, or when the budget is used up. */
  readonly signal: AbortSignal
  /** Waits as the pacing mode says, between calls. */
  pace(phase: Phase, concurrency: number): Promise<void>
}
