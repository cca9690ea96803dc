import { Command } from 'commander'
import { UsageError } from '../run/index.ts'
import { parseCommand } from './command.ts'
import {
  addEngineOptions,
  type EngineProcessOptions,
  type RawEngineOptions,
  readEngineOptions,
} from './engine-options.ts'
import { wholeNumber } from './options.ts'

/** The options of `npm run worker`, checked. */
export interface WorkerOptions extends EngineProcessOptions {
  /** Invocations under way here at once, at most. */
  readonly jobs: number
}

interface RawOptions extends RawEngineOptions {
  jobs: number
}

/** With three calls of each run at once, about what keeps the governor's default window full. */
const DEFAULT_JOBS = 20
const MOST_JOBS = 1_000

/**
 * Reads the command line, and from the environment what readEngineOptions names.
 * @param args Without the interpreter and the script.
 * @throws UsageError, or PrintedError where everything has been said.
 */
export function parseWorkerOptions(args: readonly string[], env: NodeJS.ProcessEnv): WorkerOptions {
  const command = new Command('npm run worker --')
    .description(
      'Goes on with the runs of the database of DATABASE_URL that npm start -- --dispatch pg-boss creates or opens again, until Ctrl-C. As many as one likes, on as many machines.',
    )
    .option('--jobs <n>', 'runs that are worked on at once', wholeNumber(1, MOST_JOBS), DEFAULT_JOBS)
  parseCommand(addEngineOptions(command), args)
  const raw = command.opts<RawOptions>()
  const engine = readEngineOptions(raw, env)
  if (engine.databaseUrl === undefined) {
    throw new UsageError('expected DATABASE_URL, got none: runs are taken from the database that it names')
  }
  return { ...engine, jobs: raw.jobs }
}
