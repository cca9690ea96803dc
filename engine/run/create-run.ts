import type { PrismaClient } from '../../prisma/generated/client.ts'
import type { Flags } from '../flags.ts'
import { inTransaction } from '../persistence/database.ts'
import type { Clock } from '../ports.ts'
import type { NewId } from './context.ts'
import type { OnRunOpened } from './on-run-opened.ts'

/** A document to work on. */
export interface UploadInput {
  readonly filename: string
  readonly content: string
}

interface Setting {
  /** The run's id. */
  readonly id: string
  readonly db: PrismaClient
  readonly clock: Clock
  readonly flags: Flags
  readonly pacing: string
  readonly newId: NewId
  readonly onRunOpened: OnRunOpened | undefined
}

/**
 * Stores a run with its uploads, PENDING, and stamps the flags on it.
 * @returns the run's id
 * @throws RangeError without uploads
 */
export async function createRun(setting: Setting, uploads: readonly UploadInput[]): Promise<string> {
  if (uploads.length === 0) throw new RangeError('expected at least one upload, got none')
  const withNul = uploads.find(({ filename, content }) => `${filename}${content}`.includes('\0'))
  if (withNul) {
    throw new RangeError(
      `expected text without NUL characters, got ${JSON.stringify(withNul.filename)} with one`,
    )
  }
  const { id, db, clock, flags, pacing, newId, onRunOpened } = setting
  const createdAt = new Date(clock.now())
  const rows = uploads.map((upload, position) => ({
    ...upload,
    id: newId(`upload:${id}:${position}`),
    position,
    createdAt,
  }))
  // One transaction, whatever the flags: a run without its uploads would end at once as COMPLETED.
  await inTransaction(db, async (tx) => {
    await tx.run.create({
      data: {
        id,
        flags: { ...flags },
        pacing,
        totalItems: rows.length,
        createdAt,
        uploads: { createMany: { data: rows } },
      },
      select: { id: true },
    })
    await onRunOpened?.(tx, id)
  })
  return id
}
