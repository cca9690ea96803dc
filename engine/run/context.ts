import type { Existing, PrismaClient } from '../../prisma/generated/client.ts'
import type { Caller } from '../claude/caller.ts'
import type { PacingMode } from '../claude/pacing.ts'
import type { PipelineShape } from '../claude/prompts.ts'
import type { StoppedError } from '../errors.ts'
import type { EventOrigin, Happening, Phase } from '../events.ts'
import type { Flags } from '../flags.ts'
import type { Lease } from '../persistence/claims.ts'
import type { ItemKind } from '../persistence/items.ts'
import type { Clock } from '../ports.ts'
import type { Budget } from './budget.ts'

/** Makes ids. `about` is unique within a database, e.g. `card:<upload id>:2`. */
export type NewId = (about: string) => string

/** What an invocation of process-next works with. */
export interface Invocation {
  readonly origin: EventOrigin
  readonly runId: string
  readonly db: PrismaClient
  readonly clock: Clock
  readonly flags: Flags
  /** Of the run when it was read. */
  readonly generation: number
  readonly pacing: PacingMode
  readonly shape: PipelineShape
  readonly caller: Caller
  readonly budget: Budget
  /** For what items hold already; null while all are new. */
  readonly existing: Existing | null
  /** A claim made or renewed now: whose, and until when. */
  lease(): Lease
  /** The items that it holds, by kind: renewed while it works. */
  readonly held: ReadonlyMap<ItemKind, Set<string>>
  readonly newId: NewId
  readonly onEvent: (event: Happening) => void
  /** Aborts when the caller cancels, the budget is used up, or the run is lost. */
  readonly signal: AbortSignal
  /** Makes all that is under way stop, as {@link signal} says. */
  stop(reason: StoppedError): void
  /** Waits as the pacing mode says, between calls. */
  pace(phase: Phase, item: string, concurrency: number): Promise<void>
}
