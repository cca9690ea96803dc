import { constants } from 'node:os'
import { EnvironmentError } from '../environment/index.ts'
import { UsageError } from '../run/usage-error.ts'
import { PrintedError } from './command.ts'

/** Exit codes, the same for every command. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const

/**
 * Runs a command to its exit code: mistakes of the user's are one sentence and 2, a signal ends the
 * process only after the command has cleaned up behind itself.
 * @param command Gets a signal that aborts on Ctrl-C or SIGTERM.
 * @param signalIsTheEnd A signal is how the command is meant to end: its own exit code counts.
 */
export async function main(
  command: (signal: AbortSignal) => Promise<number>,
  { signalIsTheEnd = false } = {},
): Promise<void> {
  const interrupted = new AbortController()
  let signalCode: number | undefined
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      signalCode ??= 128 + constants.signals[name]
      interrupted.abort(new Error(`interrupted by ${name}`))
    })
  }
  whenShellGoes(() => {
    signalCode ??= 128 + constants.signals.SIGTERM
    interrupted.abort(new Error('the shell that npm started has gone'))
  })
  // A reader that goes away (`| head`) is no failure; a result that cannot be written is.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return
    process.stderr.write(`tierbench: the result could not be printed: ${error.message}\n`)
    process.exitCode = EXIT.failed
  })
  let code: number
  try {
    code = await command(interrupted.signal)
  } catch (error) {
    code =
      signalIsTheEnd && error === interrupted.signal.reason
        ? EXIT.ok
        : explain(error, signalCode !== undefined)
  }
  // What was written to a pipe is on its way still: leaving at once would cut it off.
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))),
  )
  process.exit((signalIsTheEnd ? undefined : signalCode) ?? (code || process.exitCode))
}

/** How often it is looked whether the shell is still there, ms. */
const SHELL_POLL_MS = 250

/**
 * npm passes SIGTERM on to the shell that it started, which ends without passing it on: what runs in it
 * would be left behind.
 */
function whenShellGoes(stop: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return
  const shell = process.ppid
  const look = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(look)
    stop()
  }, SHELL_POLL_MS)
  look.unref()
}

function explain(error: unknown, interrupted: boolean): number {
  if (interrupted) {
    process.stderr.write('tierbench: interrupted; nothing was written\n')
    return EXIT.failed
  }
  if (error instanceof PrintedError) return error.exitCode
  if (error instanceof UsageError || error instanceof EnvironmentError) {
    const hint = error instanceof EnvironmentError ? ` ${error.hint}` : ''
    process.stderr.write(`tierbench: ${error.message}${hint}\n`)
    return EXIT.usage
  }
  process.stderr.write(
    `tierbench: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
  return EXIT.failed
}
