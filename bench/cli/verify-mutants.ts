import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { startDatabaseServer } from '../environment/index.ts'
import { UsageError } from '../run/index.ts'
import {
  isAsExpected,
  readMutants,
  renderMutantList,
  renderMutants,
  renderMutantsMarkdown,
  verifyMutants,
} from '../verify/mutation/index.ts'
import { parseCommand } from './command.ts'
import { EXIT, main } from './main.ts'
import { wholeNumber } from './options.ts'

const PATCHES = fileURLToPath(new URL('../verify/mutants/', import.meta.url))
/** As many as `verify` carries out by default. */
const DEFAULT_SCHEDULES = 100
const DEFAULT_SAMPLE = 40
/** For one schedule, which takes a tenth of a second. */
const TIME_LIMIT_MS = 60_000

interface RawOptions {
  list?: boolean
  markdown?: boolean
  jobs: number
  schedules: number
  sample: number
  seed: number
  patches: string
}

async function verifyMutantsAndReport(signal: AbortSignal): Promise<number> {
  const command = mutantsCommand()
  parseCommand(command, process.argv.slice(2))
  const options = command.opts<RawOptions>()
  // Patches are applied in another folder.
  const known = await readMutants(resolve(options.patches))
  const names = command.processedArgs[0] as readonly string[]
  const unknown = names.filter((name) => !known.some((mutant) => mutant.name === name))
  if (unknown.length > 0) {
    throw new UsageError(`expected names of mutants, got ${unknown.join(', ')}: --list shows them`)
  }
  const mutants = known.filter(({ name }) => names.length === 0 || names.includes(name))
  if (options.list) {
    process.stdout.write(`${renderMutantList(mutants)}\n`)
    return EXIT.ok
  }
  const { jobs, schedules, seed } = options
  const sample = Math.min(options.sample, schedules)
  const server = await startDatabaseServer({ databaseUrl: process.env.DATABASE_URL || undefined, signal })
  try {
    const setting = { server, schedules, sample, seed, timeLimitMs: TIME_LIMIT_MS, signal }
    const results = await verifyMutants(mutants, setting, jobs, ({ mutant, hazard, tier, verdict }) => {
      process.stderr.write(
        mutant
          ? `${mutant.name}: ${verdict.state}\n`
          : `the engine as it is, ${hazard} under Tier ${tier}: ${verdict.state === 'missed' ? 'passes' : verdict.state}\n`,
      )
    })
    const render = options.markdown ? renderMutantsMarkdown : renderMutants
    process.stdout.write(`${render(results, { sample })}\n`)
    return results.every(isAsExpected) ? EXIT.ok : EXIT.failed
  } finally {
    await server.close()
  }
}

function mutantsCommand(): Command {
  return new Command('npm run verify:mutants --')
    .description(
      'Shows that verify would see a mistake: each patch breaks a copy of the engine, and the hazard it belongs to must be violated with the flags on. Exit code 0: all are caught, and the engine as it is passes. 1: not so.',
    )
    .argument('[names...]', 'only these mutants')
    .option('--list', 'what the mutants are')
    .option('--markdown', 'print the result as docs/verify.md has it')
    .option('--jobs <n>', 'mutants at once', wholeNumber(1, 64), 2)
    .option('--schedules <n>', 'schedules of a mutant at most', wholeNumber(1), DEFAULT_SCHEDULES)
    .option(
      '--sample <n>',
      'schedules of a mutant at least: how often it is caught',
      wholeNumber(1),
      DEFAULT_SAMPLE,
    )
    .option('--seed <n>', 'seed of all schedules, as of verify', wholeNumber(0), 1)
    .option('--patches <dir>', 'a folder of patches of your own', PATCHES)
}

await main(verifyMutantsAndReport)
