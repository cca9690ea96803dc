import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { startDatabaseServer } from '../environment/index.ts'
import {
  appendTrial,
  baseSide,
  changedFiles,
  headSide,
  inTreeOf,
  measureCosts,
  qualityLine,
  qualityOf,
  ROOT,
  readBudgets,
  readTrials,
  resolveCommit,
  trialOf,
} from '../gate/index.ts'
import { UsageError } from '../run/index.ts'
import { parseCommand } from './command.ts'
import { EXIT, main } from './main.ts'
import { wholeNumber } from './options.ts'

interface QualityOptions {
  gates: number
  burn: number
  file: string
  budgets: string
  summary?: boolean
}

/** `npm run gate:quality`: statistical gates whose right answer is known, one line of a file each. */
async function run(signal: AbortSignal): Promise<number> {
  const { gates, burn, file, budgets, summary } = parseOptions(process.argv.slice(2))
  const { statistical: thresholds } = await readBudgets(budgets)
  if (!thresholds) {
    throw new UsageError(`expected a section "statistical" in ${budgets}, got none: there is no gate without`)
  }
  if (!summary) {
    const changed = await changedFiles()
    if (changed.length > 0) {
      throw new UsageError(
        `expected a checkout without changes, got ${changed.slice(0, 3).join(', ')}: commit them first, since the commit is compared with itself`,
      )
    }
    const commit = await resolveCommit('HEAD')
    const log = (line: string) => process.stderr.write(`${line}\n`)
    const server = await startDatabaseServer({ databaseUrl: process.env.DATABASE_URL || undefined, signal })
    try {
      await inTreeOf(commit, signal, async (tree) => {
        const base = await baseSide('the base', tree, server)
        const head = { ...headSide(server), burn }
        for (let gate = 1; gate <= gates; gate++) {
          const seed = (await readTrials(file)).length + 1
          const costs = await measureCosts({ base, head, thresholds, seed, signal, places: false, log })
          const trial = trialOf(costs, {
            at: new Date().toISOString(),
            commit,
            node: process.version,
            machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
            loadAverage: loadavg()[0] ?? 0,
            burn,
          })
          await appendTrial(file, trial)
          log(
            `gate ${gate} of ${gates}: ${trial.regressed.join(', ') || 'no'} regressed, ${trial.inconclusive.join(', ') || 'none'} inconclusive, CPU ${(trial.cpu.change * 100).toFixed(2)} %, ${trial.pairs} pairs, ${(trial.elapsedMs / 1_000).toFixed(0)} s`,
          )
        }
      })
    } finally {
      await server.close()
    }
  }
  const quality = qualityOf(await readTrials(file))
  const rows = (quality?.kinds ?? []).map(({ burn, alarms, inconclusive, medianElapsedMs }) => {
    const { count, of, atLeast, atMost } = alarms
    const bounds = `${(atLeast * 100).toFixed(1)} to ${(atMost * 100).toFixed(1)} %, each with 95 % confidence`
    return `${burn === 0 ? 'A/A' : `+${(burn * 100).toFixed(1)} % CPU`}: ${count} of ${of} alarmed (${bounds}), ${inconclusive} left something inconclusive, median ${(medianElapsedMs / 1_000).toFixed(0)} s\n`
  })
  process.stdout.write(`${rows.join('')}${qualityLine(quality)}\n`)
  return EXIT.ok
}

function parseOptions(args: readonly string[]): QualityOptions {
  const command = new Command('npm run gate:quality --')
    .description(
      'Measures the statistical gate itself: gates of this commit against itself, with a known share of CPU time burnt in the head. Each adds a line to a file, so that it can be done in pieces; then the file is summed up.',
    )
    .option('--gates <n>', 'how many to run', wholeNumber(1), 1)
    .option('--burn <percent>', 'more CPU time in the head, %; 0 is A/A', wholeNumber(0), 0)
    .option('--file <path>', 'JSON lines', join(ROOT, 'baselines', 'gate-quality.jsonl'))
    .option('--budgets <file>', 'thresholds', join(ROOT, 'gate-budgets.yaml'))
    .option('--summary', 'run none, and sum up what there is')
  parseCommand(command, args)
  const options = command.opts<QualityOptions>()
  return { ...options, burn: options.burn / 100 }
}

await main(run)
