import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { printedUrl, startChildServer } from './child-server.ts'

const MODULE = fileURLToPath(new URL('./child-server.ts', import.meta.url))
/** A server that would go on for ever. */
const SERVER = ['--eval', `setInterval(() => {}, 1_000); console.log('ready at http://127.0.0.1:1')`]
const ready = printedUrl

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('a server is there when it has said so, and gone when it was stopped', async () => {
  const server = await startChildServer('server', SERVER, { ready })
  expect([server.told, isAlive(server.pid)]).toEqual(['http://127.0.0.1:1', true])
  await server.stop()
  expect([isAlive(server.pid), (await server.ended).by]).toEqual([false, 'stop'])
})

test('one that was killed says so', async () => {
  const server = await startChildServer('server', SERVER, { ready })
  await server.kill()
  expect((await server.ended).by).toBe('kill')
})

test('one that ends before it is ready is an error with what it printed', async () => {
  const args = ['--eval', `console.error('no such table'); process.exitCode = 3`]
  await expect(startChildServer('server', args, { ready })).rejects.toThrow(
    /server to get ready.*no such table/s,
  )
})

test('an aborted start leaves nothing behind', async () => {
  const stop = new AbortController()
  let pid = 0
  const read = (output: string) => {
    pid = Number(/pid (\d+)/.exec(output)?.[1] ?? 0)
    if (pid > 0) stop.abort(new Error('enough'))
    return undefined
  }
  const args = ['--eval', `setInterval(() => {}, 1_000); console.log('pid', process.pid)`]
  const start = startChildServer('server', args, { ready: read, signal: stop.signal })
  await expect(start).rejects.toThrow('enough')
  expect([pid > 0, isAlive(pid)]).toEqual([true, false])
})

test('it ends with its parent, also where that is killed', async () => {
  const parent = spawn(
    process.execPath,
    [
      ...['--import', 'tsx', '--input-type', 'module', '--eval'],
      `import { startChildServer } from ${JSON.stringify(MODULE)}
       const server = await startChildServer('server', ${JSON.stringify(SERVER)}, { ready: (output) => output || undefined })
       console.log(server.pid)
       setInterval(() => {}, 1_000)`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [chunk] = (await once(parent.stdout, 'data')) as [Buffer]
  const pid = Number(chunk.toString())
  expect(isAlive(pid)).toBe(true)
  parent.kill('SIGKILL')
  // Resolves or the test's time runs out.
  await gone(pid)
})

async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20))
}
