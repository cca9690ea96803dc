import type { Engine } from '../engine.ts'
import type { Clock } from '../ports.ts'
import { LogTail } from './log-tail.ts'

export interface RunEventsOptions {
  readonly engine: Pick<Engine, 'status' | 'log'>
  readonly clock: Clock
  readonly runId: string
  /** The position in the log after which lines are sent. */
  readonly after: number
  /** Between two looks at the database, ms. */
  readonly pollMs: number
  /** A stream that has said nothing for so long gives a sign of life, so that no proxy ends it, ms. */
  readonly heartbeatMs: number
  /** Ends the stream: the client has gone, or the server stops. */
  readonly signal: AbortSignal
}

/** What a client waits before it connects again, ms. */
const RECONNECT_MS = 2_000

/**
 * A run as server-sent events, read from the database, so that it does not matter which process works on
 * it: `log` for each line, `run` whenever status or progress changed, `end` when the run has ended. Each
 * carries the position in the log as its id, so that `Last-Event-ID` resumes after the last line seen.
 */
export async function* runEvents(options: RunEventsOptions): AsyncGenerator<string, void, undefined> {
  const { engine, clock, runId, signal } = options
  const log = new LogTail(engine, runId, options.after)
  let shown = ''
  let sentAt = clock.now()
  yield `retry: ${RECONNECT_MS}\n\n`
  while (!signal.aborted) {
    // The status first: when it says that the run has ended, all its lines are there to be read.
    const summary = await engine.status(runId)
    let { position } = log
    for (const line of await log.read()) {
      sentAt = clock.now()
      yield frame('log', line, ++position)
    }
    const now = JSON.stringify(summary)
    if (now !== shown) {
      shown = now
      sentAt = clock.now()
      yield frame('run', summary, log.position)
    }
    if (summary.finishedAt !== null) {
      yield frame('end', { status: summary.status }, log.position)
      return
    }
    if (clock.now() - sentAt >= options.heartbeatMs) {
      sentAt = clock.now()
      yield ': heartbeat\n\n'
    }
    await clock.sleep(options.pollMs, signal).catch(() => {})
  }
}

/** One event; JSON has no line breaks of its own. */
function frame(event: 'log' | 'run' | 'end', data: unknown, id: number): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}
