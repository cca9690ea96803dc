import { readFileSync } from 'node:fs'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import type { Fault } from '../faults.ts'

/** The options of `npm run mock`, checked. */
export interface MockCommandOptions {
  readonly port: number
  readonly host: string
  readonly profile: string
  readonly faults: readonly Fault[]
  readonly seed: number
  /** undefined lets any key in. */
  readonly apiKeys: readonly string[] | undefined
  readonly graceMs: number
}

/** A mistake of the user's, said in one sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What commander has dealt with by printing it: `--help`, or a mistake it has explained. */
export class PrintedError extends Error {
  override readonly name = 'PrintedError'
  constructor(readonly exitCode: number) {
    super('printed')
  }
}

interface RawOptions {
  port: number
  host: string
  profile: string
  faults?: string
  seed: number
  apiKey?: string[]
  grace: number
}

/**
 * Reads the command line.
 * @param args Without the interpreter and the script.
 * @throws UsageError, or PrintedError where everything has been said.
 */
export function parseMockOptions(args: readonly string[], profiles: readonly string[]): MockCommandOptions {
  const command = mockCommand(profiles)
  try {
    command.parse([...args], { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) throw new PrintedError(error.exitCode === 0 ? 0 : 2)
    throw error
  }
  const raw = command.opts<RawOptions>()
  return {
    port: raw.port,
    host: raw.host,
    profile: raw.profile,
    faults: raw.faults === undefined ? [] : readFaults(raw.faults),
    seed: raw.seed,
    apiKeys: raw.apiKey,
    graceMs: raw.grace * 1_000,
  }
}

function mockCommand(profiles: readonly string[]): Command {
  return new Command('npm run mock --')
    .description('Serves the mock of the Claude API over HTTP, until Ctrl-C.')
    .option('--port <n>', '0 takes any that is free', wholeNumber(0, 65_535), 4141)
    .option('--host <name>', 'where to listen; other machines reach it only if this says so', '127.0.0.1')
    .option('--profile <name>', `limits and latency: ${profiles.join(', ')}`, oneOf(profiles), profiles[0])
    .option('--faults <file>', 'a JSON file with a list of faults')
    .option('--seed <n>', 'seed of content, latencies, ids and faults', wholeNumber(0), 1)
    .option('--api-key <key>', 'lets in this key only; may be repeated (default: any key)', collected)
    .option('--grace <seconds>', 'how long a stop waits for requests under way', wholeNumber(0, 86_400), 10)
    .allowExcessArguments(false)
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'tierbench: ')) })
    .exitOverride()
}

function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= least && value <= most) return value
    const upTo = most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`
    throw new InvalidArgumentError(`Expected a whole number from ${least}${upTo}.`)
  }
}

function oneOf(names: readonly string[]): (text: string) => string {
  return (text) => {
    if (names.includes(text)) return text
    throw new InvalidArgumentError(`Expected one of ${names.join(', ')}.`)
  }
}

function collected(value: string, before: readonly string[] | undefined): string[] {
  if (value === '') throw new InvalidArgumentError('Expected a key, got nothing.')
  return [...(before ?? []), value]
}

/** Only that it is a list: what is in it is checked with the mock's other options. */
function readFaults(path: string): readonly Fault[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    throw new UsageError(`expected --faults to be a file that can be read, got ${path} (${code})`)
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new UsageError(`expected JSON in ${path}: ${(error as Error).message}`)
  }
  if (!Array.isArray(json)) throw new UsageError(`expected a list of faults in ${path}, got ${typeof json}`)
  return json
}
