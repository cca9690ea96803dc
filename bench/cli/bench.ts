import { setTimeout as delay } from 'node:timers/promises'
import {
  type BenchResult,
  formatDuration,
  RESULT_SCHEMA_VERSION,
  renderHtml,
  renderMarkdown,
  renderTerminal,
} from '../../reports/index.ts'
import { SCENARIOS } from '../../scenarios/index.ts'
import { startDatabaseServer } from '../environment/index.ts'
import {
  type BenchPlan,
  type Documents,
  generateDocuments,
  modelledParts,
  ownVersion,
  readDocuments,
  readEnvironment,
  runBench,
} from '../run/index.ts'
import { EXIT, main } from './main.ts'
import { type BenchOptions, parseBenchOptions } from './options.ts'
import { createProgress } from './progress.ts'
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
  try {
    const result = await measure(options, documents, startedAt, signal)
    signal.throwIfAborted()
    const json = `${JSON.stringify(result, null, 1)}\n`
    await folder.write({
      'result.json': json,
      'report.html': renderHtml(result),
      'report.md': renderMarkdown(result),
    })
    const columns = process.stdout.columns ?? 80
    const colour = process.stdout.isTTY === true && !process.env.NO_COLOR
    process.stdout.write(options.json ? json : `\n${renderTerminal(result, { columns, colour })}\n`)
    process.stderr.write(`\nReport: ${folder.path}/report.html\n`)
    const failed = result.scenarios.flatMap((scenario) => scenario.checks.filter((check) => !check.ok))
    return failed.length > 0 ? EXIT.failed : EXIT.ok
  } catch (error) {
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
    documentsFor: (scenario) => documents ?? generateDocuments(scenario, options.seed),
  }
  const wallStart = performance.now()
  const server = await startDatabaseServer({ databaseUrl: process.env.DATABASE_URL || undefined, signal })
  try {
    const variants = plan.variants ? plan.scenarios.flatMap((scenario) => scenario.variants) : []
    const total = plan.scenarios.length * plan.modes.length + variants.length
    const progress = createProgress(total, clock, formatDuration)
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
