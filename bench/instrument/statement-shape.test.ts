import { expect, test } from 'vitest'
import { statementShape } from './statement-shape.ts'

test.each([
  ['SELECT "public"."Run"."id" FROM "public"."Run" WHERE 1=1', 'SELECT Run'],
  ['INSERT INTO "public"."Card" ("id") VALUES ($1), ($2)', 'INSERT Card'],
  ['UPDATE "Run" SET "log" = "log" || $1', 'UPDATE Run'],
  ['DELETE FROM "public"."Story" WHERE true', 'DELETE Story'],
  ['select * from public.cards where id = $1', 'SELECT cards'],
  ['insert into cards (id) select id from uploads', 'INSERT cards'],
  ['update only cards set title = $1', 'UPDATE cards'],
  ['SELECT count(*) FROM (SELECT 1 FROM "Upload") AS "inner"', 'SELECT Upload'],
  ['/*action=\'run\'*/ SELECT 1 FROM "Run"', 'SELECT Run'],
  ['-- the newest\n  SELECT 1 FROM "Run"', 'SELECT Run'],
  ['(SELECT 1)', 'SELECT'],
  ['COPY cards (id) FROM STDIN', 'COPY cards'],
  ['BEGIN', 'BEGIN'],
  ['SET TRANSACTION ISOLATION LEVEL SERIALIZABLE', 'SET TRANSACTION'],
  ["SET statement_timeout = '1s'", 'SET'],
  ['', 'EMPTY'],
])('%s is %s', (sql, shape) => {
  expect(statementShape(sql)).toBe(shape)
})
