import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { KNOWN_MODELS } from '../models.ts'
import type { ClaudeMockOptions } from '../options.ts'
import { MOST_TIME_SCALE } from '../scaled-clock.ts'
import { readFaults } from './faults-file.ts'
import { fixedAnswer } from './fixed-answer.ts'
import { chooseProfile, LATENCY_NAMES, LIMIT_NAMES } from './profile-choice.ts'

/** The options of `npm run mock`, checked. */
export interface MockCommandOptions {
  readonly port: number
  readonly host: string
  readonly graceMs: number
  readonly mock: Omit<ClaudeMockOptions, 'clock'> & { readonly timeScale: number }
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
  latency?: string
  faults?: string
  answer?: string
  seed: number
  apiKey?: string[]
  grace: number
  timeScale: number
}

/**
 * Reads the command line.
 * @param args Without the interpreter and the script.
 * @throws UsageError, or PrintedError where everything has been said.
 */
export function parseMockOptions(args: readonly string[]): MockCommandOptions {
  const command = mockCommand()
  try {
    command.parse([...args], { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) throw new PrintedError(error.exitCode === 0 ? 0 : 2)
    throw error
  }
  const raw = command.opts<RawOptions>()
  const profile = chooseProfile(raw.profile, raw.latency)
  return {
    port: raw.port,
    host: raw.host,
    graceMs: raw.grace * 1_000,
    mock: {
      seed: raw.seed,
      timeScale: raw.timeScale,
      faults: raw.faults === undefined ? [] : readFaults(raw.faults, profile.models ?? KNOWN_MODELS),
      ...(raw.apiKey === undefined ? {} : { apiKeys: raw.apiKey }),
      ...(raw.answer === undefined ? {} : { content: fixedAnswer(raw.answer) }),
      ...profile,
    },
  }
}

function mockCommand(): Command {
  return new Command('npm run mock --')
    .description('Serves the mock of the Claude API over HTTP, until Ctrl-C.')
    .option('--port <n>', '0 takes any that is free', wholeNumber(0, 65_535), 4141)
    .option(
      '--host <name>',
      'where to listen; other machines reach it only if this says so',
      named,
      '127.0.0.1',
    )
    .option('--profile <name>', `limits: ${LIMIT_NAMES.join(', ')}, or a .json file`, 'seed')
    .option('--latency <name>', `latency: ${LATENCY_NAMES.join(', ')} (default: plan, or the file's)`)
    .option('--faults <file>', 'a JSON file with a list of faults')
    .option('--answer <file>', 'what is answered, as text; without it an answer is generated')
    .option('--seed <n>', 'seed of content, latencies, ids and faults', wholeNumber(0), 1)
    .option(
      '--time-scale <n>',
      'so many times as fast: latencies, waits and the minutes of limits are that much shorter',
      wholeNumber(1, MOST_TIME_SCALE),
      1,
    )
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

function named(value: string): string {
  if (value.trim() === '') throw new InvalidArgumentError('Expected an address, got nothing.')
  return value
}

function collected(value: string, before: readonly string[] | undefined): string[] {
  if (value === '') throw new InvalidArgumentError('Expected a key, got nothing.')
  return [...(before ?? []), value]
}
