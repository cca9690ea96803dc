import type { Phase as DbPhase } from '../prisma/generated/client.ts'
import type { Phase } from './events.ts'
import type { ItemKind } from './persistence/items.ts'

/** The phases in their order: as the database and as the API name them, and what they work on. */
export const PHASE_TABLE = [
  { stored: 'CARD_ANALYSIS', phase: 'card-analysis', kind: 'upload' },
  { stored: 'STORY_GENERATION', phase: 'story-generation', kind: 'epic' },
  { stored: 'SUBTASK_GENERATION', phase: 'subtask-generation', kind: 'story' },
] as const satisfies readonly { readonly stored: DbPhase; readonly phase: Phase; readonly kind: ItemKind }[]

export type PhaseRow = (typeof PHASE_TABLE)[number]

/** The row of a phase as it is stored. */
export function phaseRow(stored: DbPhase): PhaseRow {
  return PHASE_TABLE.find((row) => row.stored === stored) as PhaseRow
}
