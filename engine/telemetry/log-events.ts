import type { Logger } from 'pino'
import type { EngineEvent, EventListener } from '../events.ts'

/** What is used of a pino logger. */
export type EventLogger = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>
type Level = keyof EventLogger

/**
 * Engine events as log lines: one each, with run and invocation on it. What moves a run is `info`, what
 * happens for each item and call `debug`, an attempt that failed `warn`, and what is lost for good `error`.
 */
export function logEvents(logger: EventLogger): EventListener {
  return (event) => {
    // The line has a time of its own, from the same clock.
    const { type, at, ...fields } = event
    logger[levelOf(event)](fields, type.replace('-', ' '))
  }
}

function levelOf(event: EngineEvent): Level {
  switch (event.type) {
    case 'invocation-started':
    case 'phase-started':
      return 'info'
    case 'invocation-ended':
      return levelOfOutcome(event.outcome)
    case 'attempt-ended':
      return event.status === 200 ? 'debug' : 'warn'
    case 'call-ended':
      return event.error === undefined ? 'debug' : 'warn'
    case 'governor-failed':
      return 'warn'
    case 'item-ended':
      return ({ completed: 'debug', 'handed-back': 'info', lost: 'warn', failed: 'error' } as const)[
        event.outcome
      ]
    case 'call-started':
    case 'item-claimed':
    case 'waited':
      return 'debug'
    default:
      return event satisfies never
  }
}

function levelOfOutcome(outcome: Extract<EngineEvent, { type: 'invocation-ended' }>['outcome']): Level {
  if (outcome.state === 'broken-off') return 'warn'
  if (outcome.state !== 'finished') return 'info'
  if (outcome.status === 'FAILED') return 'error'
  return outcome.status === 'COMPLETED_WITH_ERRORS' ? 'warn' : 'info'
}
