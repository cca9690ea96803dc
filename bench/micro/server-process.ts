import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** A server in a process of its own. */
export interface ServerProcess {
  readonly name: string
  readonly url: string
  stop(): Promise<void>
}

/** Starts it and waits until it has printed its URL. */
export async function startServerProcess(name: string, args: readonly string[]): Promise<ServerProcess> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill('SIGTERM')
    await exit
  }
  try {
    return { name, url: await printedUrl(name, child), stop }
  } catch (error) {
    await stop()
    throw error
  }
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
