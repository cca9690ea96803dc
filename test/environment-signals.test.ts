import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { startDatabaseServer } from '../bench/environment/index.ts'
import { readPostmasterPid } from '../bench/environment/orphan.ts'

const script = fileURLToPath(new URL('environment-child.ts', import.meta.url))
const started: ChildProcess[] = []

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

interface Caller {
  readonly process: ChildProcess
  readonly pid: number
  readonly exited: Promise<unknown>
}

/** A caller in a process group of its own, as a shell makes one for each command. */
async function startCaller(awaited: 'starting' | 'ready', ...args: string[]): Promise<Caller> {
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', args.includes('--throw') ? 'ignore' : 'inherit'],
  })
  started.push(child)
  const exited = once(child, 'exit')
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes(awaited)) resolve()
    })
    exited.then(() => reject(new Error(`Expected "${awaited}", but the caller ended.`)))
  })
  return { process: child, pid: child.pid ?? 0, exited }
}

function folderOf({ pid }: Caller): string | undefined {
  for (const parent of ['/dev/shm', tmpdir()]) {
    const names = existsSync(parent) ? readdirSync(parent) : []
    const name = names.find((each) => each.startsWith(`tierbench-${pid}-`))
    if (name) return join(parent, name)
  }
  return undefined
}

async function postmasterOf(caller: Caller): Promise<number> {
  const folder = folderOf(caller)
  const pid = folder ? await readPostmasterPid(join(folder, 'data')) : undefined
  if (!pid) throw new Error('Expected the caller to have a server.')
  return pid
}

/** A process that ended and was not yet collected by its parent does not run. */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  const commandLine = `/proc/${pid}/cmdline`
  return !existsSync(commandLine) || readdirSync(`/proc/${pid}/fd`).length > 0
}

const interruptions: [string, (caller: Caller) => void][] = [
  ['SIGINT', ({ pid }) => process.kill(pid, 'SIGINT')],
  ['SIGTERM', ({ pid }) => process.kill(pid, 'SIGTERM')],
  ['Ctrl-C, which signals the whole group,', ({ pid }) => process.kill(-pid, 'SIGINT')],
]

test.each(interruptions)('%s leaves no server and no folder', async (_, interrupt) => {
  const caller = await startCaller('ready')
  const postmaster = await postmasterOf(caller)
  interrupt(caller)
  expect(await caller.exited).toEqual([130, null])
  expect(folderOf(caller)).toBeUndefined()
  expect(runs(postmaster)).toBe(false)
})

test('SIGINT during the start leaves no folder', async () => {
  const caller = await startCaller('starting', '--announce-start')
  process.kill(-caller.pid, 'SIGINT')
  expect(await caller.exited).toEqual([130, null])
  expect(folderOf(caller)).toBeUndefined()
})

test('an uncaught error leaves no folder', async () => {
  const caller = await startCaller('ready', '--throw')
  expect(await caller.exited).toEqual([1, null])
  expect(folderOf(caller)).toBeUndefined()
})

test('what a killed caller left is removed by the next start, what a living one has is not', async () => {
  const [living, killed] = await Promise.all([startCaller('ready'), startCaller('ready')])
  const postmasters = { living: await postmasterOf(living), killed: await postmasterOf(killed) }
  killed.process.kill('SIGKILL')
  await killed.exited
  expect(runs(postmasters.killed)).toBe(true)

  const server = await startDatabaseServer()
  await server.close()

  expect(folderOf(killed)).toBeUndefined()
  expect(runs(postmasters.killed)).toBe(false)
  expect(folderOf(living)).toBeDefined()
  expect(runs(postmasters.living)).toBe(true)
  process.kill(living.pid, 'SIGTERM')
  await living.exited
})
