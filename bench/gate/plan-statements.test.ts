import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DatabaseServer, startDatabaseServer } from '../environment/index.ts'
import { planStatements } from './plan-statements.ts'

let server: DatabaseServer
let url: string
beforeAll(async () => {
  server = await startDatabaseServer()
  url = (await server.createDatabase()).url
})
afterAll(() => server.close())

const plan = (...statements: string[]) =>
  planStatements(
    url,
    statements.map((sql) => ({ phase: 'phase', query: { sql, args: [], argTypes: [] } })),
  )
const INSERT = 'INSERT INTO "RunLog" ("runId", "at", "line")'
const CROSS_JOIN = `SELECT 'a', now(), 'b' WHERE (SELECT count(*) FROM "Subtask" CROSS JOIN "Story") >= 0`

test.each([
  ['an INSERT that selects', `${INSERT} ${CROSS_JOIN}`, 'phase INSERT RunLog'],
  ['WITH before an INSERT', `WITH one AS (${CROSS_JOIN}) ${INSERT} SELECT * FROM one`, 'phase WITH'],
  [
    'MERGE',
    'MERGE INTO "RunLog" USING (SELECT s."id" FROM "Story" s CROSS JOIN "Subtask") s ON "runId" = s."id" WHEN MATCHED THEN DELETE',
    'phase MERGE',
  ],
  ['a SELECT', 'SELECT 1 FROM "Subtask" CROSS JOIN "Story"', 'phase SELECT Subtask'],
])('%s is planned, and what it scans is named', async (_, sql, place) => {
  const planned = await plan(sql)
  expect(planned).toMatchObject([{ place }])
  expect(planned[0]?.scanned).toContain('Subtask')
})

test('an INSERT of values reads nothing, and has no cost that an index could save', async () => {
  expect(await plan(`${INSERT} VALUES ('a', now(), 'b')`)).toEqual([])
  expect(await plan(`${INSERT} VALUES ('a', now(), 'b'), ('c', now(), 'd')`)).toEqual([])
})

test('a value that is read from a table is no mere value', async () => {
  const [planned] = await plan(`${INSERT} VALUES ((SELECT max("title") FROM "Story"), now(), 'b')`)
  expect(planned?.scanned).toEqual(['Story'])
})

test('what begins and ends transactions has no plan', async () => {
  expect(await plan('BEGIN', 'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE', 'COMMIT', 'ROLLBACK')).toEqual(
    [],
  )
})

test('a statement that cannot be planned is refused, and not passed over', async () => {
  await expect(plan('TRUNCATE "RunLog"')).rejects.toThrow('got TRUNCATE: ')
})
