import { cpus } from 'node:os'
import Table from 'cli-table3'
import { Argument, Command } from 'commander'
import { max, median, min } from 'simple-statistics'
import { type MockThroughput, measureMockThroughput } from '../micro/index.ts'
import { parseCommand } from './command.ts'
import { EXIT, main } from './main.ts'
import { wholeNumber } from './options.ts'

interface RawOptions {
  rounds: number
  seconds: number
  connections: number
  json?: boolean
}

/** `npm run micro -- mock`: how many requests per second the standalone mock serves, next to others. */
async function run(signal: AbortSignal): Promise<number> {
  const { rounds, seconds, connections, json } = parseOptions(process.argv.slice(2))
  const log = (line: string) => process.stderr.write(`${line}\n`)
  const results = await measureMockThroughput({ rounds, seconds, connections, signal, log })
  process.stdout.write(json ? `${JSON.stringify(results, null, 2)}\n` : tableOf(results))
  log(
    `${rounds} rounds of ${seconds} s, ${connections} connections, wall clock; Node ${process.version}, ` +
      `${cpus().length} × ${cpus()[0]?.model}. Median, and the lowest and highest of the rounds.`,
  )
  return EXIT.ok
}

function parseOptions(args: readonly string[]): RawOptions {
  const command = new Command('npm run micro --')
    .description('Measures a part by itself, on the wall clock.')
    .addArgument(
      new Argument('<what>', 'mock: the standalone mock against aimock and bare node:http').choices(['mock']),
    )
    .option('--rounds <n>', 'how often each case is measured on each server', wholeNumber(1), 5)
    .option('--seconds <n>', 'length of one measurement', wholeNumber(1), 2)
    .option('--connections <n>', 'connections of the load generator', wholeNumber(1), 10)
    .option('--json', 'print every round as JSON instead of the table')
  parseCommand(command, args)
  return command.opts<RawOptions>()
}

function tableOf(results: readonly MockThroughput[]): string {
  const table = new Table({
    head: ['requests per second', 'mock', 'aimock', 'bare node:http', 'mock / aimock', 'mock / bare'],
    style: { head: [], border: [] },
  })
  for (const result of results) {
    const ratios = (to: readonly number[]) =>
      result.mock.map((rate, round) => rate / (to[round] ?? Number.NaN))
    table.push([
      result.case,
      ...[result.mock, result.aimock, result.bare].map((rates) => spread(rates, 0)),
      ...[result.aimock, result.bare].map((rates) => spread(ratios(rates), 2)),
    ])
  }
  return `${table.toString()}\n`
}

function spread(values: readonly number[], digits: number): string {
  const all = [...values]
  const [middle, low, high] = [median(all), min(all), max(all)].map((value) =>
    value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  )
  return `${middle} (${low}-${high})`
}

await main(run)
