import Table from 'cli-table3'
import { Command } from 'commander'
import { startDatabaseServer } from '../environment/index.ts'
import { CONCURRENCIES, TOLERANCE, type Validation, validate } from '../run/index.ts'
import { parseCommand } from './command.ts'
import { EXIT, main } from './main.ts'
import { wholeNumber } from './options.ts'

/** `npm run validate`: the same scenario on the virtual and on the wall clock. */
async function run(signal: AbortSignal): Promise<number> {
  const pairs = parsePairs()
  const server = await startDatabaseServer({ databaseUrl: process.env.DATABASE_URL || undefined, signal })
  try {
    const validations: Validation[] = []
    for (const concurrency of CONCURRENCIES) {
      const log = (line: string) => process.stderr.write(`${line}\n`)
      validations.push(await validate(server, concurrency, pairs, signal, log))
    }
    process.stdout.write(`${render(validations, pairs)}\n`)
    const rows = validations.flatMap(({ durations, counts }) => [...durations, ...counts])
    return rows.every((row) => row.ok) ? EXIT.ok : EXIT.failed
  } finally {
    await server.close()
  }
}

function parsePairs(): number {
  const command = new Command('npm run validate --')
    .description('Runs a small scenario in virtual and in real time, in turn, and prints how they agree.')
    .option('--pairs <n>', 'runs on each clock, at each concurrency', wholeNumber(1), 3)
  parseCommand(command, process.argv.slice(2))
  return command.opts<{ pairs: number }>().pairs
}

function render(validations: readonly Validation[], pairs: number): string {
  const table = new Table({
    head: ['at once', 'what', 'virtual', `real (mean of ${pairs})`, 'real / virtual', ''],
    style: { head: [], border: [], compact: true },
    colAligns: ['right', 'left', 'right', 'right', 'right', 'left'],
  })
  for (const { concurrency, durations, counts } of validations) {
    for (const { what, virtualMs, realMs, marginMs, tolerance, ok } of durations) {
      const ratio = `${percent(realMs / virtualMs - 1)} ± ${percent(marginMs / virtualMs).replace('+', '')}`
      const verdict = `${ok ? 'within' : 'BEYOND'} ${tolerance * 100} %`
      table.push([concurrency, what, `${virtualMs.toFixed(1)} ms`, `${realMs.toFixed(1)} ms`, ratio, verdict])
    }
    for (const { what, virtual, real, ok } of counts) {
      table.push([concurrency, what, virtual, [...new Set(real)].join(', '), '', ok ? 'equal' : 'DIFFERENT'])
    }
  }
  const tolerances = `${TOLERANCE.endToEnd * 100} % end to end, ${TOLERANCE.phase * 100} % for each phase`
  return `${table.toString()}\nAllowed: ${tolerances}. ±: 95 % confidence interval of the mean over the pairs.`
}

function percent(share: number): string {
  return `${share < 0 ? '' : '+'}${(share * 100).toFixed(2)} %`
}

await main(run)
