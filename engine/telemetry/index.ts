import type { StartedTracing, TracingOptions } from './start-tracing.ts'

export { type EventLogger, logEvents } from './log-events.ts'
export { logRequests } from './log-requests.ts'
export { createLogger, LOG_LEVELS, type LoggerOptions, type LogLevel } from './logger.ts'
export type { StartedTracing, TracingOptions } from './start-tracing.ts'
export type { Tracing } from './tracing.ts'

/** As startTracing; loads OpenTelemetry only now, so that it costs nothing where it is not wanted. */
export async function openTelemetry(options: TracingOptions): Promise<StartedTracing> {
  const { startTracing } = await import('./start-tracing.ts')
  return startTracing(options)
}
