import { z } from 'zod'
import type { Clock } from '../../engine/index.ts'
import type { PrismaClient } from '../../prisma/generated/client.ts'
import { UsageError } from '../run/index.ts'
import type { EngineProcessOptions } from './engine-options.ts'

const ANSWER_WITHIN_MS = 5_000
/** What clocks of several machines may differ by before it is another time, ms of the wall clock. */
const SAME_TIME_MS = 60_000

const clockSchema = z.object({ timeScale: z.number() })

/**
 * A scaled engine's waits fit only a mock of the same scale.
 * @throws UsageError where what answers is another, or no mock
 */
export async function checkMockSpeed(
  { claude, timeScale }: Pick<EngineProcessOptions, 'claude' | 'timeScale'>,
  signal: AbortSignal,
): Promise<void> {
  if (timeScale === 1 || claude.kind === 'mock') return
  const found = await readMockSpeed(`${claude.baseUrl}`, signal)
  if (found === timeScale) return
  const got = found === undefined ? 'none that says how fast it is' : `one with --time-scale ${found}`
  throw new UsageError(
    `expected a mock with --time-scale ${timeScale} at ANTHROPIC_BASE_URL, ${claude.baseUrl}, got ${got}: start it with npm run mock -- --time-scale ${timeScale}`,
  )
}

async function readMockSpeed(baseUrl: string, signal: AbortSignal): Promise<number | undefined> {
  try {
    const response = await fetch(`${baseUrl.replace(/\/$/, '')}/_mock/clock`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    })
    return clockSchema.safeParse(await response.json()).data?.timeScale
  } catch {
    signal.throwIfAborted()
    return undefined
  }
}

/**
 * Leases and rate limits in a database are of the time that they were written in: for a clock that is behind
 * it they would last for ever.
 * @throws UsageError where the database has runs of a later time
 */
export async function refuseLaterTime(
  db: Pick<PrismaClient, 'run'>,
  clock: Clock,
  timeScale: number,
): Promise<void> {
  const latest = await db.run.findFirst({ orderBy: { createdAt: 'desc' }, select: { createdAt: true } })
  if (!latest || latest.createdAt.getTime() <= clock.now() + SAME_TIME_MS * timeScale) return
  throw new UsageError(
    `expected a database whose runs are of the time that --time-scale ${timeScale} gives, got one with a run of ${latest.createdAt.toISOString()}: use the scale that it was used with, or another database`,
  )
}
