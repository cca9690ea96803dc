import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { startDatabaseServer } from '../environment/index.ts'
import { readBudgets } from '../gate/index.ts'
import { gate, type Repeated, repeatInProcess, repeatInProcesses } from '../gate/repeat.ts'
import { parseCommand } from './command.ts'
import { EXIT, main } from './main.ts'
import { wholeNumber } from './options.ts'

const BUDGETS = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'gate-budgets.yaml')

/** `npm run gate:repeat`: how often the exact gate alarms where nothing has changed. */
async function gateRepeat(signal: AbortSignal): Promise<number> {
  const command = new Command('npm run gate:repeat --')
    .description(
      'Has the exact gate compare these sources with themselves: 0 where it never failed and every metric was the same to the digit, else 1.',
    )
    .option('--in-process <n>', 'gates of the smoke scenario in this process', wholeNumber(0), 100)
    .option('--processes <n>', 'whole gates, each in a process of its own', wholeNumber(0), 0)
    .option('--time-limit <seconds>', 'no gate is begun after this', wholeNumber(1), 86_400)
    .option('--load <n>', 'busy processes beside every second of those', wholeNumber(0), 2)
  parseCommand(command, process.argv.slice(2))
  const { inProcess, processes, load, timeLimit } = command.opts<{
    inProcess: number
    processes: number
    load: number
    timeLimit: number
  }>()
  const until = performance.now() + timeLimit * 1_000
  const results: Repeated[] = []
  if (inProcess > 0) {
    const server = await startDatabaseServer({ databaseUrl: process.env.DATABASE_URL || undefined, signal })
    try {
      const budgets = await readBudgets(BUDGETS)
      const result = await repeatInProcess(server, budgets, inProcess, signal, progress(inProcess, until))
      results.push(result)
      report('gates of the smoke scenario in one process', result)
    } finally {
      await server.close()
    }
  }
  if (processes > 0) {
    const folder = await mkdtemp(join(tmpdir(), 'tierbench-repeat-'))
    try {
      const baseline = join(folder, 'baseline.json')
      const { code, lines } = await gate(['--figures', baseline], signal)
      if (code !== 0) throw new Error(`the sources could not be measured: ${lines.at(-1)}`)
      const result = await repeatInProcesses(baseline, processes, load, signal, progress(processes, until))
      results.push(result)
      report(`whole gates in processes of their own, every second beside ${load} busy ones`, result)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  return results.every(({ alarms, differing }) => alarms === 0 && differing === 0) ? EXIT.ok : EXIT.failed
}

function report(what: string, { gates, alarms, differing, first }: Repeated): void {
  process.stdout.write(
    `${alarms === 0 && differing === 0 ? '✓' : '✗'} ${gates} ${what}: ${alarms} alarms, ${differing} with a metric that differed${first === undefined ? '' : ` (the first: ${first})`}.\n`,
  )
}

/** A line for each tenth. @returns false when the time is over */
function progress(total: number, until: number): (done: number) => boolean {
  let tenths = 0
  return (done) => {
    if (Math.floor((10 * done) / total) > tenths) {
      tenths = Math.floor((10 * done) / total)
      process.stderr.write(`${done} of ${total}\n`)
    }
    return performance.now() < until
  }
}

await main(gateRepeat)
