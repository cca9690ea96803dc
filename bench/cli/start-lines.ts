import { formatFlags } from '../../engine/index.ts'
import type { ServiceDatabase } from '../environment/index.ts'
import type { ClaudeChoice, StartOptions } from './start-options.ts'

/** What `npm start` says before its log: where it listens, and what is real in it. */
export function startLines(url: string, options: StartOptions, database: ServiceDatabase): string {
  const { claude, model, flags, auto } = options
  const lines = [
    `tierbench: the engine's API on ${url}; Ctrl-C ends it.`,
    claudeLine(claude, model),
    database.source === 'embedded'
      ? `Database: a PostgreSQL ${database.version} of its own in a temporary folder. What runs write is gone when this ends.`
      : `Database: that of DATABASE_URL (PostgreSQL ${database.version}). What runs write stays there, and several of these can share it.`,
    `Flags of new runs: ${formatFlags(flags) || 'none (tier 0)'}.`,
    auto
      ? 'Runs go on by themselves (--auto).'
      : 'Runs go on when somebody calls process-next; with --auto, by themselves.',
  ]
  return `${lines.join('\n')}\n`
}

function claudeLine(claude: ClaudeChoice, model: string): string {
  if (claude.kind === 'mock') {
    return `Claude: a mock, since ANTHROPIC_API_KEY is not set. Its answers, their latency (${claude.latency}) and its rate limits (${claude.profile}) are modelled: no model writes, and nothing is paid for.`
  }
  if (claude.baseUrl) return `Claude: what answers at ANTHROPIC_BASE_URL, ${claude.baseUrl}.`
  return `Claude: the real API, since ANTHROPIC_API_KEY is set. Each call to ${model} is paid for.`
}
