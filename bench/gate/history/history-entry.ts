import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { UsageError } from '../../run/index.ts'
import type { Baseline } from '../baseline.ts'

/** Raised whenever the shape of an entry, or the meaning of a metric, changes. */
export const HISTORY_SCHEMA_VERSION = 2

const recorded = {
  recordedAt: z.iso.datetime(),
  commit: z.string().nullable(),
  dirty: z.boolean(),
  models: z.record(z.string(), z.string()),
  /** Values by scenario (or probe), mode and metric. */
  figures: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.number()))),
}
const entrySchema = z.discriminatedUnion('schemaVersion', [
  // Did not say of which workload it is: what follows it cannot be compared with it, and begins anew.
  z.strictObject({ schemaVersion: z.literal(1), ...recorded }),
  z.strictObject({
    schemaVersion: z.literal(HISTORY_SCHEMA_VERSION),
    ...recorded,
    resultSchemaVersion: z.number().int(),
    seed: z.number().int(),
    /** Hash of the workload of each scenario or probe. */
    workloads: z.record(z.string(), z.string()),
  }),
])

/** One result of the gate, as a history keeps it. */
export type HistoryEntry = z.infer<typeof entrySchema>

/** What a history keeps of figures of the gate. */
export function entryOf(figures: Baseline, recordedAt: Date): HistoryEntry {
  const subjects = { ...figures.scenarios, ...figures.probes }
  return {
    schemaVersion: HISTORY_SCHEMA_VERSION,
    recordedAt: recordedAt.toISOString(),
    commit: figures.commit,
    dirty: figures.dirty,
    models: figures.models,
    resultSchemaVersion: figures.resultSchemaVersion,
    seed: figures.seed,
    workloads: Object.fromEntries(Object.entries(subjects).map(([name, { hash }]) => [name, hash])),
    figures: Object.fromEntries(
      Object.entries(subjects).map(([name, { modes }]) => [
        name,
        Object.fromEntries(Object.entries(modes).map(([mode, { metrics }]) => [mode, { ...metrics }])),
      ]),
    ),
  }
}

/** A file for each entry, in the order of time: two jobs that add at once do not meet in one. */
export function entryFileName({ recordedAt, commit }: HistoryEntry): string {
  return `${recordedAt.replaceAll(/[:.]/g, '-')}-${commit?.slice(0, 12) ?? 'unknown'}.json`
}

/**
 * Reads all entries of a folder, oldest first.
 * @throws UsageError where there is no folder, or a file that is none of an entry
 */
export async function readHistory(folder: string): Promise<HistoryEntry[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(`expected a folder with a history, got ${folder}: ${reason}`)
  })
  const files = names.filter((name) => name.endsWith('.json')).sort()
  const entries = await Promise.all(files.map((name) => readEntry(join(folder, name))))
  return entries.sort((a, b) => (a.recordedAt < b.recordedAt ? -1 : 1))
}

async function readEntry(path: string): Promise<HistoryEntry> {
  let json: unknown
  try {
    json = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(`expected a result of a history in ${path}, got ${reason}`)
  }
  const parsed = entrySchema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new UsageError(
    `expected a result of a history in ${path}, got one that is broken at ${issue?.path.join('.') || 'its head'} (${issue?.message})`,
  )
}
