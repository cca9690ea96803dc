import { createHash } from 'node:crypto'
import {
  isInVain,
  type Knee,
  LOAD_SCHEMA_VERSION,
  type Load,
  type LoadResult,
  parseLoadResult,
} from '../../reports/index.ts'
import { type DatabaseServer, startDatabaseServer } from '../environment/index.ts'
import { assertTargetAnswers, findLimit, type LoadPlan, runLoad } from '../load/index.ts'
import { ownVersion, readEnvironment, readMachine } from '../run/index.ts'
import { loadNotes } from './load-notes.ts'
import { type LoadOptions, parseLoadOptions } from './load-options.ts'
import { loadProgress } from './load-progress.ts'
import { EXIT, main } from './main.ts'
import { loadRenderersOf, terminalOptions } from './result-renderers.ts'
import { openResultsFolder, openTimestampedFolder } from './results-folder.ts'

/** `npm run load`: loads the engine, or another service, over HTTP in real time. */
async function load(signal: AbortSignal): Promise<number> {
  const options = await parseLoadOptions(process.argv.slice(2))
  const startedAt = new Date()
  const folder = await (options.out === undefined
    ? openTimestampedFolder(startedAt, '-load')
    : openResultsFolder(options.out))
  try {
    // A file that no version could read again is not written.
    const result = parseLoadResult(await measure(options, startedAt, signal))
    signal.throwIfAborted()
    const { json: renderJson, markdown, html, terminal } = loadRenderersOf(result)
    const json = renderJson()
    await folder.write({ 'load.json': json, 'load.md': markdown(), 'load.html': html() })
    process.stdout.write(options.json ? json : terminal(terminalOptions(process.stdout, process.env)))
    process.stderr.write(`\nReport: ${folder.path}/load.html\n`)
    return result.loads.every(holds) ? EXIT.ok : EXIT.failed
  } catch (error) {
    await folder.discard()
    throw error
  }
}

function holds(load: Load): boolean {
  const { thresholds, invariants } = load
  return (
    !isInVain(load) &&
    thresholds.every(({ held }) => held) &&
    invariants.every(({ state }) => state !== 'broken')
  )
}

async function measure(options: LoadOptions, startedAt: Date, signal: AbortSignal): Promise<LoadResult> {
  const { plan, modes } = options
  const { target, scenario } = plan
  if (target.kind === 'foreign') await assertTargetAnswers(target.url)
  const wallStart = performance.now()
  const server =
    target.kind === 'own'
      ? await startDatabaseServer({
          databaseUrl: process.env.DATABASE_URL || undefined,
          preload: 'pg_stat_statements',
          signal,
        })
      : undefined
  try {
    const loads: Load[] = []
    const knees: Knee[] = []
    for (const mode of modes) {
      const loadOnce = async (one: LoadPlan) => {
        const progress = loadProgress(`${scenario.name}, ${mode.name}`, one)
        try {
          return await runLoad(one, mode, server, signal, progress.tell)
        } finally {
          progress.end()
        }
      }
      if (options.search) {
        const { knee, load: at } = await findLimit(options.search, mode, loadOnce)
        knees.push(knee)
        loads.push(at)
      } else loads.push(await loadOnce(plan))
    }
    return {
      schemaVersion: LOAD_SCHEMA_VERSION,
      tierbench: ownVersion(),
      startedAt: startedAt.toISOString(),
      wallMs: Math.round(performance.now() - wallStart),
      command: options.command,
      environment: await environmentOf(server),
      setting: settingOf(options),
      notes: loadNotes(options),
      loads,
      knees,
    }
  } finally {
    await server?.close()
  }
}

async function environmentOf(server: DatabaseServer | undefined): Promise<LoadResult['environment']> {
  return server ? readEnvironment(server) : { ...(await readMachine()), database: null }
}

function settingOf({ plan }: LoadOptions): LoadResult['setting'] {
  const { target, scenario, seed, timeScale, maxInFlight, objectiveMs, drainMs } = plan
  const own = target.kind === 'own' ? target : undefined
  return {
    scenario: scenario.name,
    scenarioHash: createHash('sha256').update(JSON.stringify(scenario)).digest('hex'),
    seed,
    timeScale,
    target: target.kind === 'foreign' ? target.url : null,
    engines: own?.engines ?? 0,
    workers: own?.workers ?? 0,
    dispatch: own ? (own.workers > 0 ? 'pg-boss' : 'inline') : 'target',
    poolSize: own?.poolSize ?? null,
    maxInFlight,
    objectiveMs,
    drainMs,
  }
}

await main(load)
