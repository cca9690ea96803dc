import type { Flags } from '../flags.ts'
import type { Db } from './database.ts'

/**
 * Adds one line to the run's log, as `atomicLog` says.
 * - off: read the whole log, append, write it back. Two writers lose each other's lines (H3).
 * - `concat`: one UPDATE that concatenates in the database. Rewrites the row, and waits for its lock.
 * - `table`: one INSERT. Writers never meet.
 */
export async function appendLog(db: Db, flags: Flags, runId: string, line: string, at: Date): Promise<void> {
  const text = `${at.toISOString()} ${line}\n`
  switch (flags.atomicLog) {
    case false: {
      const { log } = await db.run.findUniqueOrThrow({ where: { id: runId }, select: { log: true } })
      await db.run.update({ where: { id: runId }, data: { log: log + text }, select: { id: true } })
      return
    }
    case 'concat':
      await db.$executeRaw`UPDATE "Run" SET "log" = "log" || ${text} WHERE "id" = ${runId}`
      return
    case 'table':
      await db.runLog.createMany({ data: [{ runId, at, line }] })
      return
    default:
      flags.atomicLog satisfies never
  }
}
