import { type Logger, pino } from 'pino'
import type { Clock } from '../ports.ts'

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface LoggerOptions {
  readonly level: LogLevel
  /** Where the time of a line comes from. */
  readonly clock: Clock
  /** Takes a line at a time. */
  readonly destination: { write(line: string): void }
}

/** Log lines as JSON, one object a line, with the level by its name and the time in ISO 8601. */
export function createLogger({ level, clock, destination }: LoggerOptions): Logger {
  return pino(
    {
      level,
      // Process and host are known to whoever collects the lines.
      base: null,
      timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  )
}
