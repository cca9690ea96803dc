import type pg from 'pg'
import type { Flags } from '../../engine/index.ts'
import { seededId } from '../run/index.ts'
import type { Workload } from './plan.ts'

const CREATED = new Date(Date.UTC(2026, 0, 1))
const DOCUMENTS = [
  'The warehouse lead counts the inventory, and the clerk corrects the invoice.',
  'The auditor reads every ledger, and the courier signs for each parcel.',
  'The planner moves a shift, and the driver sees the new route at once.',
]

export const runIdOf = (seed: number, run: number) => seededId(seed, `verify:run:${run}`)

/** Stores the runs of a workload. @returns their ids */
export async function insertRuns(
  client: pg.Client,
  workload: Workload,
  flags: Flags,
  seed: number,
): Promise<string[]> {
  const ids = Array.from({ length: workload.runs }, (_, run) => runIdOf(seed, run))
  // A schedule that is repeated has the same ids.
  await client.query({
    name: 'remove-runs',
    text: 'WITH limits AS (DELETE FROM "RateLimitState") DELETE FROM "Run" WHERE id = ANY($1)',
    values: [ids],
  })
  for (const [run, id] of ids.entries()) {
    await (workload.start === 'new'
      ? insertNew(client, id, workload.uploads, flags, run)
      : insertFinished(client, id, flags))
  }
  return ids
}

async function insertNew(client: pg.Client, id: string, uploads: number, flags: Flags, run: number) {
  const positions = Array.from({ length: uploads }, (_, position) => position)
  await client.query({
    name: 'insert-new',
    text: `WITH run AS (
             INSERT INTO "Run" (id, flags, pacing, "totalItems", "createdAt") VALUES ($1, $2, 'fast', $3, $4)
           )
           INSERT INTO "Upload" (id, "runId", position, filename, content, "createdAt")
           SELECT id, $1, position, filename, content, $4
           FROM unnest($5::text[], $6::int[], $7::text[], $8::text[]) AS u(id, position, filename, content)`,
    values: [
      id,
      JSON.stringify(flags),
      uploads,
      CREATED,
      positions.map((position) => `${id}-u${position}`),
      positions,
      positions.map((position) => `doc-${run + 1}-${position + 1}.md`),
      positions.map((position) => `Document ${position + 1}. ${DOCUMENTS[position % DOCUMENTS.length]}`),
    ],
  })
}

/** A run that has ended with one upload, one card and one epic, whose stories have been deleted. */
async function insertFinished(client: pg.Client, id: string, flags: Flags) {
  await client.query({
    name: 'insert-finished',
    text: `WITH run AS (
             INSERT INTO "Run" (id, status, phase, flags, pacing, "totalItems", "completedItems", "createdAt")
             VALUES ($1, 'COMPLETED', 'SUBTASK_GENERATION', $2, 'fast', 2, 2, $3)
           ), upload AS (
             INSERT INTO "Upload" (id, "runId", position, filename, content, status, "createdAt")
             VALUES ($1 || '-u0', $1, 0, 'doc-1.md', $4, 'COMPLETED', $3)
           ), epic AS (
             INSERT INTO "RunEpic" (id, "runId", position, title, status, "createdAt")
             VALUES ($1 || '-e0', $1, 0, 'Count the inventory', 'COMPLETED', $3)
           )
           INSERT INTO "Card" (id, "runId", "uploadId", "epicId", position, title, summary, kind, "createdAt")
           VALUES ($1 || '-c0', $1, $1 || '-u0', $1 || '-e0', 0, 'Count the inventory', $4, 'feature', $3)`,
    values: [id, JSON.stringify(flags), CREATED, DOCUMENTS[0]],
  })
}
