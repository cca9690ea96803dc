import type { ItemStatus, PrismaClient, RunStatus } from '../../prisma/generated/client.ts'
import { RunNotFoundError } from '../errors.ts'
import type { Phase } from '../events.ts'
import { type Flags, flagsSchema } from '../flags.ts'
import { phaseRow } from '../phase-table.ts'

/** How a run stands. Times are ISO 8601. */
export interface RunSummary {
  readonly id: string
  readonly status: RunStatus
  readonly phase: Phase
  readonly flags: Flags
  readonly pacing: string
  /** Items of the phases entered so far: uploads, epics, stories. */
  readonly progress: { readonly total: number; readonly completed: number; readonly failed: number }
  readonly error: string | null
  readonly createdAt: string
  readonly startedAt: string | null
  readonly finishedAt: string | null
}

/** A line of a run's log. */
export interface LogLine {
  readonly at: string
  readonly line: string
}

/** A part of the log, oldest first. */
export interface LogPage {
  readonly lines: readonly LogLine[]
  /** What to ask for next: `after` of the next page. */
  readonly next: number
}

/** @throws RunNotFoundError */
export async function readSummary(db: PrismaClient, runId: string): Promise<RunSummary> {
  const run = await db.run.findUnique({ where: { id: runId }, omit: { log: true } })
  if (!run) throw new RunNotFoundError(`There is no run ${runId}.`)
  return {
    id: run.id,
    status: run.status,
    phase: phaseRow(run.phase).phase,
    flags: flagsSchema.parse(run.flags),
    pacing: run.pacing,
    progress: { total: run.totalItems, completed: run.completedItems, failed: run.failedItems },
    error: run.error,
    createdAt: run.createdAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    finishedAt: run.finishedAt?.toISOString() ?? null,
  }
}

/**
 * Reads a part of a run's log, whichever way `atomicLog` keeps it. While a run is under way, lines that are
 * committed late can come to stand before lines that were read already.
 * @param after How many lines to leave out.
 * @param take How many to read at most.
 * @throws RunNotFoundError
 */
export async function readLog(
  db: PrismaClient,
  runId: string,
  after: number,
  take: number,
): Promise<LogPage> {
  const run = await db.run.findUnique({ where: { id: runId }, select: { flags: true, log: true } })
  if (!run) throw new RunNotFoundError(`There is no run ${runId}.`)
  const lines =
    flagsSchema.parse(run.flags).atomicLog === 'table'
      ? await readRows(db, runId, after, take)
      : run.log
          .split('\n')
          .slice(0, -1)
          .slice(after, after + take)
          .map(parseLine)
  return { lines, next: after + lines.length }
}

async function readRows(db: PrismaClient, runId: string, skip: number, take: number): Promise<LogLine[]> {
  const rows = await db.runLog.findMany({ where: { runId }, orderBy: { id: 'asc' }, skip, take })
  return rows.map(({ at, line }) => ({ at: at.toISOString(), line }))
}

/** The time, a space, and the text. */
function parseLine(text: string): LogLine {
  const space = text.indexOf(' ')
  return { at: text.slice(0, space), line: text.slice(space + 1) }
}

const item = { id: true, position: true, status: true, error: true } as const
const orderBy = { position: 'asc' } as const

/**
 * What a run has written so far: uploads with their cards, epics with their stories and subtasks, each
 * item with its status.
 * @throws RunNotFoundError
 */
export async function readResults(db: PrismaClient, runId: string) {
  const run = await db.run.findUnique({
    where: { id: runId },
    select: {
      id: true,
      status: true,
      uploads: {
        orderBy,
        select: {
          ...item,
          filename: true,
          cards: {
            orderBy,
            select: { id: true, position: true, epicId: true, title: true, summary: true, kind: true },
          },
        },
      },
      epics: {
        orderBy,
        select: {
          ...item,
          title: true,
          stories: {
            orderBy,
            select: {
              id: true,
              position: true,
              title: true,
              narrative: true,
              acceptance: true,
              points: true,
              state: { select: { status: true, error: true } },
              subtasks: {
                orderBy,
                select: { id: true, position: true, title: true, description: true, estimateHours: true },
              },
            },
          },
        },
      },
    },
  })
  if (!run) throw new RunNotFoundError(`There is no run ${runId}.`)
  const { epics, ...rest } = run
  return {
    ...rest,
    epics: epics.map(({ stories, ...epic }) => ({
      ...epic,
      stories: stories.map(({ state, ...story }) => ({
        ...story,
        status: state?.status ?? ('PENDING' satisfies ItemStatus as ItemStatus),
        error: state?.error ?? null,
      })),
    })),
  }
}

/** As {@link readResults} gives it. */
export type RunResults = Awaited<ReturnType<typeof readResults>>
