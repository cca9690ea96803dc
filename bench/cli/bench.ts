import { setTimeout as delay } from 'node:timers/promises'
import { type BenchResult, formatDuration, RESULT_SCHEMA_VERSION } from '../../reports/index.ts'
import { SCENARIOS } from '../../scenarios/index.ts'
import { startDatabaseServer } from '../environment/index.ts'
import {
  type BenchPlan,
  countRuns,
  type Documents,
  generateDocuments,
  modelledParts,
  ownVersion,
  readDocuments,
  readEnvironment,
  runBench,
} from '../run/index.ts'
import { EXIT, main } from './main.ts'
import { openFile } from './open-file.ts'
import { type BenchOptions, parseBenchOptions } from './options.ts'
import { createProgress } from './progress.ts'
import { readCompanions } from './read-companions.ts'
import { openReportFiles, type ReportFiles } from './reporters.ts'
import { renderersOf, terminalOptions } from './result-renderers.ts'
import { openResultsFolder, openTimestampedFolder } from './results-folder.ts'

/** Long enough for a run to unwind after Ctrl-C; after it the server is stopped under the run, ms. */
const UNWIND_LIMIT_MS = 5_000

async function bench(signal: AbortSignal): Promise<number> {
  const options = parseBenchOptions(process.argv.slice(2), process.env)
  if (options.list) {
    process.stdout.write(listScenarios())
    return EXIT.ok
  }
  const documents = options.uploads === undefined ? undefined : await readDocuments(options.uploads)
  const startedAt = new Date()
  const folder = await (options.out === undefined
    ? openTimestampedFolder(startedAt)
    : openResultsFolder(options.out))
  let files: ReportFiles | undefined
  try {
    files = await openReportFiles(folder, options.reporters)
    const result = await measure(options, documents, startedAt, signal)
    signal.throwIfAborted()
    const json = `${JSON.stringify(result, null, 1)}\n`
    // First, and whatever is reported: all else can be made from it again.
    await folder.write({ 'result.json': json })
    const companions = await readCompanions(folder.path)
    const renderers = renderersOf(result, companions)
    const html = await files.write('report', renderers)
    if (options.json) process.stdout.write(json)
    else if (options.reporters.some(({ name, path }) => name === 'terminal' && path === undefined)) {
      process.stdout.write(`\n${renderers.terminal(terminalOptions(process.stdout, process.env))}\n`)
    }
    process.stderr.write(`\nReport: ${html ?? folder.path}\n`)
    if (options.open && html !== undefined) await openFile(html, process.env)
    const failed = result.scenarios.flatMap((scenario) => scenario.checks.filter((check) => !check.ok))
    return failed.length > 0 ? EXIT.failed : EXIT.ok
  } catch (error) {
    await files?.discard()
    await folder.discard()
    throw error
  }
}

async function measure(
  options: BenchOptions,
  documents: Documents | undefined,
  startedAt: Date,
  signal: AbortSignal,
): Promise<BenchResult> {
  const clock = options.realTime ? 'real' : 'virtual'
  const plan: BenchPlan = {
    scenarios: options.scenarios,
    modes: options.modes,
    variants: options.variants,
    seed: options.seed,
    clock,
    repetitions: options.repetitions,
    allowUnsafe: options.allowUnsafe,
    ablate: options.ablate,
    growth: options.growth,
    documentsFor: (scenario) => documents ?? generateDocuments(scenario, options.seed),
  }
  const wallStart = performance.now()
  const server = await startDatabaseServer({ databaseUrl: process.env.DATABASE_URL || undefined, signal })
  try {
    const progress = createProgress(countRuns(plan), clock, formatDuration)
    const scenarios = await Promise.race([
      runBench(plan, server, progress, signal),
      rejectAfter(signal, UNWIND_LIMIT_MS),
    ])
    return {
      schemaVersion: RESULT_SCHEMA_VERSION,
      tierbench: ownVersion(),
      startedAt: startedAt.toISOString(),
      wallMs: Math.round(performance.now() - wallStart),
      clock,
      command: options.command,
      environment: await readEnvironment(server),
      modelled: modelledParts(plan.scenarios, clock),
      scenarios,
    }
  } finally {
    await server.close()
  }
}

/** Rejects `ms` after the signal has aborted. */
function rejectAfter(signal: AbortSignal, ms: number): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => void delay(ms).then(() => reject(signal.reason)), { once: true })
  })
}

function listScenarios(): string {
  return SCENARIOS.map(
    (scenario) => `${scenario.name.padEnd(14)}${scenario.title}. ${scenario.description}\n`,
  ).join('')
}

await main(bench)
