import { formatFlags } from '../../engine/index.ts'
import type { ServiceDatabase } from '../environment/index.ts'
import type { ClaudeChoice, EngineProcessOptions } from './engine-options.ts'
import type { EngineProcess } from './engine-process.ts'
import type { StartOptions } from './start-options.ts'

/** What `npm start` says before its log: where it listens, and what is real in it. */
export function startLines(
  url: string,
  options: StartOptions,
  process: Pick<EngineProcess, 'database' | 'metrics'>,
): string {
  const lines = [
    `tierbench: the engine's API on ${url}; Ctrl-C ends it.`,
    ...engineLines(options, process),
    `Flags of new runs: ${formatFlags(options.flags) || 'none (tier 0)'}.`,
    goOnLine(options),
  ]
  return `${lines.join('\n')}\n`
}

function goOnLine({ auto, dispatch }: StartOptions): string {
  if (dispatch === 'pg-boss') return 'Runs go on in npm run worker, by a queue in the database (pg-boss).'
  return auto
    ? 'Runs go on by themselves (--auto).'
    : 'Runs go on when somebody calls process-next; with --auto, by themselves.'
}

/** What is real in an engine's process, and in which time it works. */
export function engineLines(
  { claude, model, timeScale }: EngineProcessOptions,
  { database, metrics }: Pick<EngineProcess, 'database' | 'metrics'>,
): string[] {
  return [
    claudeLine(claude, model),
    databaseLine(database),
    ...(timeScale === 1
      ? []
      : [
          `Time: pacing, backoff, lease and budget are ${timeScale} times as short, and so is the time of all that is written; database, CPU, network and the API itself are not scaled.`,
        ]),
    ...(metrics ? [`Metrics: ${metrics.url}`] : []),
  ]
}

function databaseLine({ source, version }: ServiceDatabase): string {
  return source === 'embedded'
    ? `Database: a PostgreSQL ${version} of its own in a temporary folder. What runs write is gone when this ends.`
    : `Database: that of DATABASE_URL (PostgreSQL ${version}). What runs write stays there, and several of these can share it.`
}

function claudeLine(claude: ClaudeChoice, model: string): string {
  if (claude.kind === 'mock') {
    return `Claude: a mock, since ANTHROPIC_API_KEY is not set. Its answers, their latency (${claude.latency}) and its rate limits (${claude.profile}) are modelled: no model writes, and nothing is paid for.`
  }
  if (claude.baseUrl) return `Claude: what answers at ANTHROPIC_BASE_URL, ${claude.baseUrl}.`
  return `Claude: the real API, since ANTHROPIC_API_KEY is set. Each call to ${model} is paid for.`
}
