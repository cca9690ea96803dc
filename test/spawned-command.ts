// A command of the project's in a process of its own, as its users start it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Of the environment that the tests run in, nothing decides what a command does. */
const UNSET = {
  ANTHROPIC_API_KEY: '',
  ANTHROPIC_BASE_URL: '',
  DATABASE_URL: '',
  DISPATCH: '',
  OTEL_EXPORTER_OTLP_ENDPOINT: '',
  TIER: '',
}

/**
 * @param command The program and its arguments.
 * @param announcement What it writes to standard error when it is ready, with what is asked for as its group.
 */
export function spawnCommand(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  announcement: RegExp,
) {
  const [program = '', ...args] = command
  const child = spawn(program, args, { cwd: root, env: { ...process.env, ...UNSET, ...env } })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  const announced = new Promise<string>((resolve) => {
    child.stderr.on('data', (chunk) => {
      stderr += chunk
      const found = announcement.exec(stderr)?.[1]
      if (found) resolve(found)
    })
  })
  const ended = once(child, 'close').then(([code]): Ended => ({ code, stdout, stderr }))
  return {
    child,
    ended,
    /** What it announces; rejects where it ends without. */
    announced: () =>
      Promise.race([
        announced,
        ended.then((result) => {
          throw new Error(`Expected it to announce ${announcement}, got: ${result.stderr}`)
        }),
      ]),
    stop(signal: NodeJS.Signals = 'SIGTERM') {
      child.kill(signal)
      return ended
    },
  }
}
