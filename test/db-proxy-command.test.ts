import { spawn } from 'node:child_process'
import { once } from 'node:events'
import pg from 'pg'
import { afterEach, expect, test } from 'vitest'
import { proxyStatsSchema } from '../bench/db-proxy/index.ts'
import { startDatabaseServer } from '../bench/environment/index.ts'

const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo()
})

function start(...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'bench/cli/db-proxy.ts', ...args])
  cleanUp.push(() => child.kill('SIGKILL'))
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk) => {
      output[name] += chunk
    })
  }
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...output }))
  const prints = async (pattern: RegExp) => {
    for (;;) {
      const found = pattern.exec(output.stderr)?.[1]
      if (found) return found
      await Promise.race([
        once(child.stderr, 'data'),
        ended.then(({ stderr }) => {
          throw new Error(`Expected ${pattern}, got the end and: ${stderr}`)
        }),
      ])
    }
  }
  return { child, ended, prints }
}

test('Ctrl-C ends it with 0, with the counts, and with nothing left connected', async () => {
  const server = await startDatabaseServer()
  cleanUp.push(() => server.close())
  const { url } = await server.createDatabase()
  const { child, ended, prints } = start(
    '--target',
    url,
    '--listen',
    '0',
    '--stats-port',
    '0',
    '--rtt',
    '0.5',
  )
  const place = await prints(/proxy on (\S+),/)
  const stats = await prints(/Statistics: (\S+)/)
  const through = new URL(url)
  through.host = place
  const client = new pg.Client({ connectionString: through.href })
  const gone = new Promise((resolve) => client.once('end', resolve))
  client.on('error', () => {})
  await client.connect()
  await client.query('SELECT 1 FROM "Run"')
  const { roundTrips, rttMs } = proxyStatsSchema.parse(await (await fetch(stats)).json())
  expect([roundTrips.count, rttMs]).toEqual([1, 0.5])
  child.kill('SIGINT')
  const { code, stdout, stderr } = await ended
  await gone
  expect(code).toBe(0)
  expect(stdout).toMatch(
    /^1 round trips on 1 connections; 0 pipelined, 0 failed, 0 unanswered\.\n.*SELECT Run/s,
  )
  expect(stderr).not.toContain(new URL(url).password)
})

test.each<[string, string[], RegExp]>([
  ['no target', [], /required option '--target <place>' not specified/],
  ['a target that is no place', ['--target', 'http://a'], /expected --target to be host:port or postgresql/],
  ['a target over TLS', ['--target', 'postgres://a@b/c?sslmode=require'], /without TLS.*got sslmode=require/],
  ['a negative latency', ['--target', 'a:1', '--rtt', '-1'], /Expected milliseconds from 0/],
  ['a port that is none', ['--target', 'a:1', '--listen', '70000'], /whole number from 0 to 65535/],
  [
    'a host of another machine',
    ['--target', 'a:1', '--listen', '0', '--host', '203.0.113.1'],
    /expected --host to be an address of this machine/,
  ],
])('%s is one sentence and exit code 2', async (_, args, message) => {
  const { code, stderr } = await start(...args).ended
  expect(code).toBe(2)
  expect(stderr).toMatch(message)
  expect(stderr.trimEnd()).not.toContain('\n')
})
