import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** The standalone mock in a process of its own, as its users start it. */
export interface MockProcess {
  readonly url: string
  readonly process: ChildProcess
  /** Puts these faults in force, with everything else as at the start. */
  setFaults(faults: readonly unknown[]): Promise<void>
  /** The statuses of all attempts since the start or the last setFaults. */
  statuses(): Promise<number[]>
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

export async function startMockProcess(...args: string[]): Promise<MockProcess> {
  const quick = ['--port', '0', '--profile', 'none', '--latency', 'none']
  const child = spawn(process.execPath, ['--import', 'tsx', 'mocks/server/cli.ts', ...quick, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await listeningUrl(child)
  return {
    url,
    process: child,
    async setFaults(faults) {
      const put = await fetch(`${url}/_mock/faults`, { method: 'PUT', body: JSON.stringify(faults) })
      if (!put.ok) throw new Error(`Expected the faults to be taken, got ${await put.text()}`)
      await fetch(`${url}/_mock/reset`, { method: 'POST' })
    },
    async statuses() {
      const journal = (await (await fetch(`${url}/_mock/journal?limit=1000`)).json()) as {
        entries: { status: number }[]
      }
      return journal.entries.map((entry) => entry.status)
    },
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null) return child.exitCode
      const exit = once(child, 'exit')
      child.kill(signal)
      const [code] = (await exit) as [number | null]
      return code
    },
  }
}

/** The URL is in the first line that it prints. */
async function listeningUrl(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('Expected the mock to have a standard output.')
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /https?:\/\/[^\s;)]+/.exec(line)?.[0]
    if (url !== undefined) return url
  }
  throw new Error('Expected the mock to print its URL, got the end of its output.')
}

/** What the clients ask about. */
export const PROMPT =
  'Describe the inventory service of the warehouse and the delivery windows of its suppliers.'

export const MODEL = 'claude-sonnet-5'

export const REFUSED_ONCE = [{ nthRequest: 1, status: 429, retryAfterSeconds: 0.01 }]
