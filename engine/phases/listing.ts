import type { Prisma } from '../../prisma/generated/client.ts'
import type { Invocation } from '../run/context.ts'

/**
 * Cards in the order of their uploads. Where positions were taken twice (H5) the id decides, and not where
 * the rows happen to lie.
 */
export const CARD_ORDER: Prisma.CardOrderByWithRelationInput[] = [
  { upload: { position: 'asc' } },
  { position: 'asc' },
  { id: 'asc' },
]

/** What a claim compares with, and what is known of earlier attempts: to be selected with what the phase needs. */
export const LISTED = {
  id: true,
  status: true,
  version: true,
  leaseExpiresAt: true,
  wholeBudgets: true,
} as const

/**
 * Which items an invocation may claim: those PENDING, and with `optimisticLocking` those whose claim's
 * lease is over. Without it nothing tells an orphaned claim from a living one (H7).
 */
export function claimable(invocation: Invocation) {
  if (!invocation.flags.optimisticLocking) return { status: 'PENDING' as const }
  const now = new Date(invocation.clock.now())
  return {
    run: { generation: invocation.generation },
    OR: [
      { status: 'PENDING' as const },
      { status: { in: ['RESERVED' as const, 'GENERATING' as const] }, leaseExpiresAt: { lte: now } },
    ],
  }
}
