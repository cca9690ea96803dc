import type { Prisma, PrismaClient } from '../../prisma/generated/client.ts'
import type { Group } from './measure-groups.ts'

const ROWS = [1, 10, 50, 100, 500]
const LOGS = [
  { name: 'short', lines: 10 },
  { name: 'long', lines: 5_000 },
]
const RUN = 'micro'
const AT = new Date(0)
const LINE = `${AT.toISOString()} Story 3 of epic 2 was finished with 5 subtasks\n`

/**
 * The strategies that the engine's flags choose between, as the statements that they come down to.
 * @param db Measured.
 * @param unmeasured Prepares the rows.
 */
export async function databaseGroups(db: PrismaClient, unmeasured: PrismaClient): Promise<Group[]> {
  await unmeasured.run.create({
    data: { id: RUN, flags: {}, pacing: 'normal', createdAt: AT },
  })
  await unmeasured.upload.create({
    data: { id: RUN, runId: RUN, position: 0, filename: 'a.md', content: 'text', createdAt: AT },
  })
  let row = 0
  const rows = (count: number) =>
    Array.from({ length: count }, () => ({
      id: `${RUN}-${++row}`,
      runId: RUN,
      uploadId: RUN,
      position: row,
      title: 'A card',
      summary: 'What is asked for, for whom, and why, in two or three sentences of usual length.',
      kind: 'feature',
      createdAt: AT,
    }))
  return [
    ...ROWS.map((count) => creating(db, count, () => rows(count))),
    ...LOGS.map(({ name, lines }) =>
      logging(db, unmeasured, `log line, ${name} log (${lines} lines)`, lines),
    ),
    counting(db),
    claiming(db, unmeasured),
    inTransactions(db),
  ]
}

function creating(db: PrismaClient, count: number, rows: () => Prisma.CardCreateManyInput[]): Group {
  return {
    name: `insert ${count} ${count === 1 ? 'row' : 'rows'}`,
    variants: [
      {
        name: 'create in a loop',
        async run() {
          for (const data of rows()) await db.card.create({ data, select: { id: true } })
        },
      },
      { name: 'createMany', run: () => db.card.createMany({ data: rows() }) },
    ],
  }
}

function logging(db: PrismaClient, unmeasured: PrismaClient, name: string, lines: number): Group {
  const log = LINE.repeat(lines)
  // Each line is added to a log of the same length.
  const prepare = async () => {
    await unmeasured.run.update({ where: { id: RUN }, data: { log }, select: { id: true } })
  }
  return {
    name,
    variants: [
      {
        name: 'read, append, write',
        prepare,
        async run() {
          const run = await db.run.findUniqueOrThrow({ where: { id: RUN }, select: { log: true } })
          await db.run.update({ where: { id: RUN }, data: { log: run.log + LINE }, select: { id: true } })
        },
      },
      {
        name: 'concat',
        prepare,
        run: () => db.$executeRaw`UPDATE "Run" SET "log" = "log" || ${LINE} WHERE "id" = ${RUN}`,
      },
      {
        name: 'table',
        prepare,
        run: () => db.runLog.createMany({ data: [{ runId: RUN, at: AT, line: LINE }] }),
      },
    ],
  }
}

const where = { id: RUN }
const select = { id: true } as const

function counting(db: PrismaClient): Group {
  return {
    name: 'counter',
    variants: [
      {
        name: 'read, add, write',
        async run() {
          const run = await db.run.findUniqueOrThrow({ where, select: { completedItems: true } })
          await db.run.update({ where, data: { completedItems: run.completedItems + 1 }, select })
        },
      },
      {
        name: 'atomic increment',
        run: () => db.run.update({ where, data: { completedItems: { increment: 1 } }, select }),
      },
      {
        name: 'compare-and-swap',
        async run() {
          const { version } = await db.run.findUniqueOrThrow({ where, select: { version: true } })
          const data = { completedItems: { increment: 1 }, version: { increment: 1 } }
          await db.run.updateMany({ where: { id: RUN, version }, data })
        },
      },
    ],
  }
}

function claiming(db: PrismaClient, unmeasured: PrismaClient): Group {
  const prepare = async () => {
    await unmeasured.upload.update({ where, data: { status: 'PENDING', version: 1 }, select })
  }
  return {
    name: 'claim',
    variants: [
      {
        name: 'read, then update',
        prepare,
        async run() {
          const { status } = await db.upload.findUniqueOrThrow({ where, select: { status: true } })
          if (status === 'PENDING')
            await db.upload.update({ where, data: { status: 'GENERATING', leaseOwner: 'micro' }, select })
        },
      },
      {
        name: 'compare-and-swap',
        prepare,
        run: () =>
          db.upload.updateMany({
            where: { id: RUN, status: 'PENDING', version: 1 },
            data: { status: 'GENERATING', leaseOwner: 'micro', version: { increment: 1 } },
          }),
      },
    ],
  }
}

function inTransactions(db: PrismaClient): Group {
  const item = { where, data: { error: null }, select } as const
  const counter = { where, data: { completedItems: { increment: 1 } }, select } as const
  return {
    name: 'status and counter',
    variants: [
      {
        name: 'two statements',
        async run() {
          await db.upload.update(item)
          await db.run.update(counter)
        },
      },
      {
        name: 'interactive transaction',
        run: () =>
          db.$transaction(async (tx) => {
            await tx.upload.update(item)
            await tx.run.update(counter)
          }),
      },
      {
        name: 'batch transaction',
        run: () => db.$transaction([db.upload.update(item), db.run.update(counter)]),
      },
    ],
  }
}
