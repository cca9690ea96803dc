import type pg from 'pg'
import type { Flags } from '../../engine/index.ts'

export type ItemStatus = 'PENDING' | 'RESERVED' | 'GENERATING' | 'COMPLETED' | 'FAILED' | 'CANCELLED'

/** An upload, an epic or a story's generation state. */
export interface ItemRow {
  readonly id: string
  readonly status: ItemStatus
  readonly error: string | null
  readonly position: number
}

/** A run and all its rows, as they are in the database. */
export interface RunState {
  readonly run: {
    readonly id: string
    readonly status: string
    readonly phase: 'CARD_ANALYSIS' | 'STORY_GENERATION' | 'SUBTASK_GENERATION'
    readonly flags: Flags
    readonly log: string
    readonly totalItems: number
    readonly completedItems: number
    readonly failedItems: number
  }
  readonly uploads: readonly (ItemRow & { readonly filename: string })[]
  readonly cards: readonly {
    readonly id: string
    readonly uploadId: string
    readonly epicId: string | null
    readonly position: number
    readonly title: string
    readonly summary: string
  }[]
  readonly epics: readonly (ItemRow & { readonly title: string })[]
  readonly stories: readonly {
    readonly id: string
    readonly epicId: string
    readonly position: number
    readonly title: string
    readonly narrative: string
  }[]
  readonly storyStates: readonly (ItemRow & { readonly storyId: string; readonly epicPosition: number })[]
  readonly subtasks: readonly {
    readonly id: string
    readonly storyId: string
    readonly position: number
    readonly title: string
    readonly description: string
  }[]
  readonly logLines: readonly { readonly line: string }[]
}

const rows = (table: string, order: string) =>
  `(SELECT coalesce(json_agg(t ORDER BY ${order}), '[]') FROM "${table}" t WHERE "runId" = $1)`
const READ = `SELECT json_build_object(
  'run', (SELECT row_to_json(t) FROM "Run" t WHERE id = $1),
  'uploads', ${rows('Upload', 'position')},
  'cards', ${rows('Card', '"uploadId", position, id')},
  'epics', ${rows('RunEpic', 'position')},
  'stories', ${rows('Story', '"epicId", position, id')},
  'storyStates', ${rows('RunStory', '"epicPosition", position, id')},
  'subtasks', ${rows('Subtask', '"storyId", position, id')},
  'logLines', ${rows('RunLog', 'id')}
) AS state`

/** Reads a run in one statement, so that it is one moment's state. */
export async function readRunState(client: pg.Client, runId: string): Promise<RunState> {
  const { rows: found } = await client.query<{ state: RunState }>({
    name: 'run-state',
    text: READ,
    values: [runId],
  })
  const state = found[0]?.state
  if (!state?.run) throw new Error(`expected run ${runId} in the database, got nothing`)
  return state
}

/** The lines of a run's log, without their times, wherever they are kept. */
export function logOf({ run, logLines }: RunState): string[] {
  const text = run.log.split('\n').filter((line) => line !== '')
  return [...text.map((line) => line.slice(line.indexOf(' ') + 1)), ...logLines.map(({ line }) => line)]
}
