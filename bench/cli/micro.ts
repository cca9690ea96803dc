import { cpus } from 'node:os'
import { Argument, Command, InvalidArgumentError } from 'commander'
import {
  measureDatabase,
  measureHarness,
  measureLoadGenerator,
  measureMockThroughput,
} from '../micro/index.ts'
import { UsageError } from '../run/index.ts'
import { parseCommand } from './command.ts'
import { EXIT, main } from './main.ts'
import { databaseTables, groupTable, loadTable, mockTable } from './micro-tables.ts'
import { wholeNumber } from './options.ts'

const PARTS = ['database', 'harness', 'mock', 'load'] as const
/** Runs a second: from what any machine does to what few do. */
const LOAD_RATES = [50, 100, 200, 400, 800]
/** A shorter measurement is little but its own timer. */
const LEAST_SECONDS = 0.01
type Part = (typeof PARTS)[number]

interface RawOptions {
  rounds?: number
  seconds?: number
  connections: number
  roundTrips: string
  json?: boolean
}

/** `npm run micro`: parts by themselves, on the wall clock. */
async function run(signal: AbortSignal): Promise<number> {
  const { parts, options } = parseOptions(process.argv.slice(2))
  const log = (line: string) => process.stderr.write(`${line}\n`)
  const print = (text: string) => {
    if (!options.json) process.stdout.write(`${text}\n`)
  }
  const whole = parts.length > 1
  const timed = {
    rounds: options.rounds ?? 3,
    timeMs: (options.seconds ?? 0.1) * 1_000,
    signal,
    log,
  }
  const results: Record<string, unknown> = {}
  for (const part of parts) {
    switch (part) {
      case 'database': {
        const database = await measureDatabase(roundTripsOf(options.roundTrips), timed)
        results.database = database
        print(databaseTables(database))
        break
      }
      case 'harness': {
        const harness = await measureHarness(timed)
        results.harness = harness
        print(groupTable('harness', harness))
        break
      }
      case 'mock': {
        // Alone it takes the time that steady figures need; among others it is a look.
        const [rounds, seconds] = [options.rounds ?? (whole ? 1 : 5), options.seconds ?? (whole ? 1 : 2)]
        const { connections } = options
        const mock = await measureMockThroughput({ rounds, seconds, connections, signal, log })
        results.mock = mock
        print(mockTable(mock))
        break
      }
      case 'load': {
        const seconds = options.seconds ?? (whole ? 2 : 5)
        const { connections } = options
        const load = await measureLoadGenerator({ rates: LOAD_RATES, seconds, connections, signal, log })
        results.load = load
        print(loadTable(load))
        break
      }
      default:
        part satisfies never
    }
  }
  if (options.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`)
  log(
    `Wall clock; Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}. Medians over the rounds. ` +
      'Absolute times are this machine at this moment: compare ratios, and those only where their ranges over the rounds are narrow.',
  )
  return EXIT.ok
}

function parseOptions(args: readonly string[]): { parts: readonly Part[]; options: RawOptions } {
  const command = new Command('npm run micro --')
    .description('Measures parts by themselves, on the wall clock; without a part, all of them.')
    .addArgument(
      new Argument(
        '[part]',
        'database: strategies at several round trip times; harness: what clock, adapter, mock and recorder cost; mock: the standalone mock against aimock and bare node:http; load: what the load generator holds against a server that does nothing',
      ).choices(PARTS),
    )
    .option('--rounds <n>', 'how often each is measured, in turn (default: 3; mock 5)', wholeNumber(1))
    .option(
      '--seconds <n>',
      'length of one measurement (default: 0.1; mock 2, load 5; among all parts mock 1, load 2)',
      secondsOf,
    )
    .option('--round-trips <ms>', 'database: added to each round trip, comma-separated', '0,1,5')
    .option('--connections <n>', 'mock, load: connections of the load generator', wholeNumber(1), 10)
    .option('--json', 'print JSON instead of the tables')
  parseCommand(command, args)
  const [part] = command.processedArgs as [Part | undefined]
  const parts = part === undefined ? PARTS : [part]
  const options = command.opts<RawOptions>()
  const { seconds = 1 } = options
  if (!Number.isInteger(seconds) && parts.some((one) => one === 'mock' || one === 'load')) {
    throw new UsageError(
      `expected whole --seconds for mock and load, got ${seconds}: only database and harness, named by themselves, are measured for a part of a second`,
    )
  }
  return { parts, options }
}

function secondsOf(text: string): number {
  const value = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && value >= LEAST_SECONDS) return value
  throw new InvalidArgumentError(`Expected seconds from ${LEAST_SECONDS}, as in 0.1 or 2.`)
}

function roundTripsOf(text: string): number[] {
  const values = text.split(',').map((one) => (one.trim() === '' ? Number.NaN : Number(one)))
  if (values.every((value) => Number.isFinite(value) && value >= 0 && value <= 1_000)) return values
  throw new UsageError(`expected --round-trips as ms from 0 to 1000, comma-separated, got "${text}"`)
}

await main(run)
