import { type ChildProcess, spawn } from 'node:child_process'
import type { ServerUser } from './server-binaries.ts'

export interface ProgramOptions {
  readonly user: ServerUser
  /** The working directory: one that `user` may enter. */
  readonly cwd: string
  readonly log: (line: string) => void
}

/** A program of PostgreSQL that was started, with the end of what it printed. */
export interface Program {
  /** The exit code; undefined for one that was killed or could not be executed. */
  readonly exited: Promise<number | undefined>
  /** Resolves true when a printed line contains `text`, false when the program ends before. */
  prints(text: string): Promise<boolean>
  /** The last lines printed, for error messages. */
  tail(): string
  kill(signal: NodeJS.Signals): void
}

const keptLines = 20
const ownGroup = process.platform !== 'win32'

/** Starts `file`. A file that cannot be executed counts as a program that ended at once. */
export function startProgram(file: string, args: readonly string[], options: ProgramOptions): Program {
  const child = spawn(file, args, {
    cwd: options.cwd,
    // A group of its own: Ctrl-C in a terminal goes to us alone, and we end the server when we are done.
    detached: ownGroup,
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: programEnvironment(),
    ...options.user,
  })
  const lines: string[] = []
  const waiting = new Set<{ text: string; found: () => void }>()
  const receive = (line: string) => {
    lines.push(line)
    if (lines.length > keptLines) lines.shift()
    options.log(line)
    for (const waiter of waiting) if (line.includes(waiter.text)) waiter.found()
  }
  forwardLines(child, receive)
  let ended = false
  const exited = new Promise<number | undefined>((resolve) => {
    const end = (code: number | undefined) => {
      ended = true
      resolve(code)
    }
    child.once('close', (code) => end(code ?? undefined))
    child.once('error', (error) => {
      receive(error.message)
      if (child.pid === undefined) end(undefined)
    })
  })
  return {
    exited,
    prints: (text) =>
      Promise.race([
        new Promise<boolean>((resolve) => {
          waiting.add({ text, found: () => resolve(true) })
        }),
        exited.then(() => false),
      ]),
    tail: () => lines.join('\n'),
    kill: (signal) => {
      if (child.pid === undefined || ended) return
      // The group, so that what the program started ends with it.
      if (ownGroup && signal === 'SIGKILL') killGroup(child.pid)
      else child.kill(signal)
    },
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Messages in English, since they are read here, and nothing of the user's own PostgreSQL settings. */
function programEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/i.test(name))
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' }
}

function forwardLines(child: ChildProcess, receive: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    let rest = ''
    stream?.setEncoding('utf8')
    stream?.on('data', (chunk: string) => {
      const parts = (rest + chunk).split(/\r?\n/)
      rest = parts.pop() ?? ''
      for (const line of parts) if (line) receive(line)
    })
    stream?.on('end', () => {
      if (rest) receive(rest)
    })
  }
}
