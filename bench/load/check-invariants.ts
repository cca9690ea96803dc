import pg from 'pg'
import type { InvariantResult } from '../../reports/index.ts'
import type { Scenario } from '../../scenarios/index.ts'
import {
  ALWAYS,
  type BrokenInvariant,
  brokenAlways,
  brokenWhenEnded,
  type RunState,
  readRunState,
  WHEN_ENDED,
} from '../verify/index.ts'
import type { CreatedRuns } from './generate/index.ts'

/** The one that runs which were given up for want of time break by themselves. */
export const ENDED = 'every run that was answered for has ended'
const THERE = 'every run that was answered for is in the database, and no run is there twice'
const NOT_FROM_HERE = 'Nobody looked: the target has a database of its own.'
/** Named in a detail at most. */
const SHOWN = 3

/**
 * Looks at everything that a load has left in the database: nothing lost, nothing doubled, whatever was killed.
 * @param databaseUrl undefined where it is the target's own: then nothing is checked, and the results say so.
 */
export async function checkInvariants(
  databaseUrl: string | undefined,
  scenario: Scenario,
  created: CreatedRuns,
): Promise<InvariantResult[]> {
  const perRun = [...Object.values(ALWAYS), ...Object.values(WHEN_ENDED)]
  if (databaseUrl === undefined) {
    return [THERE, ENDED, ...perRun].map((name) => ({
      name,
      state: 'not checked',
      runs: 0,
      detail: NOT_FROM_HERE,
    }))
  }
  const client = new pg.Client({ connectionString: databaseUrl })
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query<{ id: string; ended: boolean }>(
      `SELECT id, "finishedAt" IS NOT NULL AS ended FROM "Run"`,
    )
    const broken = new Map<string, string[]>(perRun.map((name) => [name, []]))
    for (const { id, ended } of rows) {
      const state = await readRunState(client, id)
      for (const { invariant, detail } of brokenIn(state, ended, scenario.workload)) {
        broken.get(invariant)?.push(`run ${id}: ${detail}`)
      }
    }
    return [
      allThere(rows, created),
      allEnded(rows, created),
      ...[...broken].map(([name, problems]) => result(name, rows.length, problems, `in ${rows.length} runs`)),
    ]
  } finally {
    await client.end()
  }
}

/**
 * What does not hold of a run. Below Tier 2 an item, its results and its counter are written one after the other:
 * of a run under way nothing is to be said there.
 */
export function brokenIn(state: RunState, ended: boolean, workload: Scenario['workload']): BrokenInvariant[] {
  if (ended) return [...brokenAlways(state, workload), ...brokenWhenEnded(state, workload)]
  return state.run.flags.transactions ? brokenAlways(state, workload) : []
}

type Row = { readonly id: string; readonly ended: boolean }

/** A creation whose answer was lost may have left a run; no other run may be there that nobody asked for. */
function allThere(rows: readonly Row[], created: CreatedRuns): InvariantResult {
  const there = new Set(rows.map(({ id }) => id))
  const lost = [...created.ids].filter((id) => !there.has(id)).map((id) => `run ${id} is not there`)
  const unknown = rows.filter(({ id }) => !created.ids.has(id))
  const tooMany =
    unknown.length > created.unanswered
      ? [`${unknown.length} runs are there that no client knows of, ${created.unanswered} answers were lost`]
      : []
  const held = `${created.ids.size} runs; ${unknown.length} more are of the ${created.unanswered} creations whose answer was lost`
  return result(THERE, rows.length, [...lost, ...tooMany], held)
}

function allEnded(rows: readonly Row[], created: CreatedRuns): InvariantResult {
  const known = rows.filter(({ id }) => created.ids.has(id))
  const open = known.filter(({ ended }) => !ended).map(({ id }) => `run ${id} has not ended`)
  return result(ENDED, known.length, open, `${known.length} of ${created.ids.size} runs`)
}

function result(name: string, runs: number, problems: readonly string[], held: string): InvariantResult {
  if (problems.length === 0) return { name, state: 'held', runs, detail: held }
  const more = problems.length > SHOWN ? `; and ${problems.length - SHOWN} more` : ''
  return { name, state: 'broken', runs, detail: `${problems.slice(0, SHOWN).join('; ')}${more}` }
}
