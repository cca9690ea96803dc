import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'

/** A server in a process of its own. */
export interface ServerProcess {
  readonly name: string
  readonly url: string
  readonly pid: number
  stop(): Promise<void>
}

/**
 * Starts it and waits until it has printed its URL.
 * @param url Of a server that prints none: then it is asked until it answers.
 */
export async function startServerProcess(
  name: string,
  args: readonly string[],
  url?: string,
): Promise<ServerProcess> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill('SIGTERM')
    await exit
  }
  try {
    const found = await Promise.race([printedUrl(name, child), url ? answering(url) : never()])
    return { name, url: found, pid: child.pid ?? 0, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const PATIENCE_MS = 10_000

async function answering(url: string): Promise<string> {
  for (let waited = 0; waited < PATIENCE_MS; waited += 50) {
    const answered = await fetch(url).then(
      () => true,
      () => false,
    )
    if (answered) return url
    await setTimeout(50)
  }
  throw new Error(`Expected an answer from ${url} within ${PATIENCE_MS / 1_000} s, got none.`)
}

function never(): Promise<never> {
  return new Promise(() => {})
}

function printedUrl(name: string, child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      const url = /https?:\/\/[\w.:]*\d/.exec(output)?.[0]
      if (url !== undefined) resolve(url)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('exit', (code) => {
      reject(new Error(`Expected ${name} to print its URL, got its end with ${code}:\n${output}`))
    })
  })
}
