// Two processes of the operating system on one run, in real time: nothing is shared but the database.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { startDatabaseServer } from '../bench/environment/index.ts'
import { parseFlags, TIER_FLAGS } from '../engine/index.ts'
import { openEngineInRealTime } from './engine-in-real-time.ts'
import { UPLOADS } from './engine-world.ts'

const worker = fileURLToPath(new URL('./engine-joining-worker.ts', import.meta.url))

/** Resolves with the next thing that the worker says; rejects where it ends, or hangs, without a word. */
async function said(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('no stdout')
  const signal = AbortSignal.timeout(45_000)
  const [text] = await Promise.race([once(child.stdout, 'data', { signal }), once(child.stdout, 'end')])
  if (text === undefined) throw new Error('the worker has ended')
  return String(text).trim()
}

test('two processes on one run do each item once, and both take part', async () => {
  const server = await startDatabaseServer({})
  const database = await server.createDatabase()
  const world = openEngineInRealTime(database)
  // The governor instead of pauses between calls: in real time they would be waited for.
  const engine = world.engine({ flags: parseFlags('rateGovernor', TIER_FLAGS[2]) })
  const runId = await engine.createRun([...UPLOADS, ...UPLOADS, ...UPLOADS])
  const workers = [1, 2].map(() =>
    spawn(process.execPath, ['--import', 'tsx', worker, database.url, runId], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  )
  try {
    expect(await Promise.all(workers.map(said))).toEqual(['ready', 'ready'])
    const claimed = workers.map(said)
    for (const { stdin } of workers) stdin?.end('go')
    const [first, second] = (await Promise.all(claimed)).map(Number)
    expect(first).toBeGreaterThan(0)
    expect(second).toBeGreaterThan(0)
    expect((first ?? 0) + (second ?? 0)).toBe(24)
    expect(await engine.status(runId)).toMatchObject({
      status: 'COMPLETED',
      progress: { total: 24, completed: 24, failed: 0 },
    })
    const { db } = world
    expect([await db.card.count(), await db.story.count(), await db.subtask.count()]).toEqual([18, 12, 24])
  } finally {
    for (const child of workers) child.kill('SIGKILL')
    await world.close()
    await database.drop()
    await server.close()
  }
})
