import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'

/** A server in a process of its own. */
export interface ChildServer<Told = string> {
  readonly name: string
  /** What it said when it was ready. */
  readonly told: Told
  readonly pid: number
  /** Resolves when it has ended: who ended it, and the last that it printed. */
  readonly ended: Promise<{ readonly by: 'itself' | 'stop' | 'kill'; readonly output: string }>
  /** Ends it, after what it has to do at its end. Idempotent. */
  stop(): Promise<void>
  /** `kill -9`: it can do nothing more. */
  kill(): Promise<void>
}

export interface ChildServerOptions<Told> {
  /** On top of this process's own; a variable that is undefined is taken away. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Reads what it has printed so far, which may be nothing; undefined as long as it is not ready. */
  readonly ready: (output: string) => Told | undefined
  /** Told of all that it prints, as it comes: not in whole lines. @default nobody is */
  readonly onOutput?: (text: string) => void
  /** Stops the start. */
  readonly signal?: AbortSignal
}

/** Kept of what it prints, characters. */
const KEPT = 20_000
/** How long a stop may take before it is a kill, ms. */
const STOP_WITHIN_MS = 15_000
const EXIT_WITH_PARENT = new URL('./exit-with-parent.ts', import.meta.url).href

/**
 * Starts Node with `args`, and waits until it is ready. It ends when this process does, however that ends.
 * @throws Error with what it printed, where it ends before
 */
export async function startChildServer<Told>(
  name: string,
  args: readonly string[],
  { env = {}, ready, onOutput = () => {}, signal }: ChildServerOptions<Told>,
): Promise<ChildServer<Told>> {
  signal?.throwIfAborted()
  const child = spawn(process.execPath, ['--import', 'tsx', '--import', EXIT_WITH_PARENT, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...env },
  })
  let by: 'itself' | 'stop' | 'kill' = 'itself'
  let output = ''
  const exit = once(child, 'exit')
  const ended = exit.then(() => ({ by, output }))
  const end = async (how: 'stop' | 'kill') => {
    if (child.exitCode !== null || child.signalCode !== null) return
    by = how
    child.kill(how === 'kill' ? 'SIGKILL' : 'SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
    await exit
    clearTimeout(late)
  }
  const abort = () => void end('kill')
  signal?.addEventListener('abort', abort, { once: true })
  try {
    const told = await new Promise<Told>((resolve, reject) => {
      const read = (text: string) => {
        onOutput(text)
        output = (output + text).slice(-KEPT)
        const found = ready(output)
        if (found !== undefined) resolve(found)
      }
      readOutput(child, read)
      read('')
      child.once('error', reject)
      exit.then(() => reject(new Error(`Expected ${name} to get ready, but it ended:\n${output}`)), reject)
    })
    return { name, told, pid: child.pid ?? 0, ended, stop: () => end('stop'), kill: () => end('kill') }
  } catch (error) {
    await end('kill')
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

/** The first URL that is printed. */
export function printedUrl(output: string): string | undefined {
  return /https?:\/\/[\w.:]*\d/.exec(output)?.[0]
}

const PATIENCE_MS = 10_000

/** For a server that prints nothing: asks it until it answers. */
export async function answering(url: string): Promise<string> {
  for (let waited = 0; waited < PATIENCE_MS; waited += 50) {
    const answered = await fetch(url).then(
      () => true,
      () => false,
    )
    if (answered) return url
    await delay(50)
  }
  throw new Error(`Expected an answer from ${url} within ${PATIENCE_MS / 1_000} s, got none.`)
}

/** What it prints must be taken from it as long as it runs, or it would wait for a reader. */
function readOutput(child: ChildProcess, read: (text: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8')
    stream?.on('data', read)
  }
}
