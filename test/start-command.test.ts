import { type ChildProcess, execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startDatabaseServer } from '../bench/environment/index.ts'
import { startMockProcess } from './mock-clients/mock-process.ts'
import { root, spawnCommand } from './spawned-command.ts'

const UPLOADS = [{ filename: 'notes.md', content: 'As a clerk I want to correct an invoice.' }]
/** Writes to standard error, when the process ends, which modules of OpenTelemetry it has loaded. */
const TELL_MODULES = `data:text/javascript,${encodeURIComponent(`
  import { createRequire } from 'node:module'
  process.on('exit', () => {
    const files = Object.keys(createRequire('${root}/').cache)
    const packages = files.flatMap((file) => /@opentelemetry\\/[^/]+/.exec(file) ?? [])
    process.stderr.write('loaded: ' + JSON.stringify([...new Set(packages)]) + '\\n')
  })`)}`

/** A folder of the test's own, in which the database's temporary folder comes to stand. */
let folder: string
const children: ChildProcess[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'start-command-test-'))
  mkdirSync(join(folder, 'tmp'))
  execFileSync('chmod', ['-R', 'a+rwx', folder])
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

const NODE = [process.execPath, '--import', 'tsx', '--import', TELL_MODULES, join(root, 'bench/cli/start.ts')]

function spawnStart(args: readonly string[], env: Record<string, string> = {}, command = NODE) {
  const own = { TMPDIR: join(folder, 'tmp'), ...env }
  const started = spawnCommand([...command, ...args], own, /API on (\S+);/)
  children.push(started.child)
  return { ...started, listening: started.announced }
}

const QUICK = ['--port', '0', '--latency', 'none', '--profile', 'none']

async function startApi(args: readonly string[] = [], env?: Record<string, string>) {
  const { listening, stop } = spawnStart([...QUICK, ...args], env)
  return { url: await listening(), stop }
}

/** What is left of it: servers of this test's own, and folders. */
function leftovers() {
  const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
  return {
    servers: processes.split('\n').filter((line) => line.includes(folder) && line.includes('postgres')),
    folders: readdirSync(join(folder, 'tmp')).filter((name) => name.startsWith('tierbench')),
  }
}
const nothing = { servers: [], folders: [] }

const json = { 'content-type': 'application/json' }
const postRun = async (url: string, headers: Record<string, string> = {}) => {
  const body = JSON.stringify({ uploads: UPLOADS })
  const response = await fetch(`${url}/runs`, { method: 'POST', body, headers: { ...json, ...headers } })
  return (await response.json()) as { id: string }
}

test('the walk through the API that README.md shows works, and SIGTERM leaves nothing', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const block = readme.split('```').find((text) => text.includes('/process-next')) as string
  const [first, ...commands] = block.split('\n').slice(1).filter(Boolean)
  expect(first).toMatch(/^npm start/)
  const api = await startApi()
  const script = `set -e\n${commands.join('\n')}\nwait\n`.replace('http://127.0.0.1:4040', api.url)
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { encoding: 'utf8' })
  expect(stdout).toContain('{"state":"finished","status":"COMPLETED"}')
  expect(stdout).toContain('event: end')
  expect(stdout).toContain('"subtasks":[{')
  const { code } = await api.stop()
  expect([code, leftovers()]).toEqual([0, nothing])
})

test('it says first that Claude is a mock and what is modelled, and logs JSON lines with run and invocation', async () => {
  const api = await startApi()
  const { id } = await postRun(api.url)
  await fetch(`${api.url}/runs/${id}/process-next`, { method: 'POST' })
  const { stdout, stderr } = await api.stop('SIGINT')
  expect(stderr.split('\n').slice(0, 3).join('\n')).toMatch(
    /API on .*\nClaude: a mock, .* are modelled: .*\nDatabase: .* gone when this ends/,
  )
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const ended = lines.find(({ msg }) => msg === 'invocation ended')
  expect(ended).toMatchObject({ level: 'info', runId: id, invocation: expect.any(String) })
  expect(lines.at(-1)).toMatchObject({ msg: 'stopped' })
})

test('without tracing nothing of OpenTelemetry is loaded but the interface that the SDK of Claude needs', async () => {
  const api = await startApi()
  const { stderr } = await api.stop()
  expect(stderr).toContain('loaded: ["@opentelemetry/api"]')
})

test('with tracing spans go to the collector, and it loads what it needs', async () => {
  const received: string[] = []
  const collector = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    received.push(`${request.method} ${request.url} ${body}`)
    response.end('{}')
  })
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
  const { port } = collector.address() as { port: number }
  const api = await startApi([], { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` })
  const { id } = await postRun(api.url)
  await fetch(`${api.url}/runs/${id}/process-next`, { method: 'POST' })
  const { code, stderr } = await api.stop()
  collector.close()
  expect(code).toBe(0)
  const sent = received.join('\n')
  expect(sent).toMatch(/^POST \/v1\/traces /)
  for (const name of ['invocation', 'card-analysis', 'chat claude-haiku-4-5', 'prisma:client:db_query']) {
    expect(sent).toContain(`"name":"${name}"`)
  }
  expect(stderr).toContain('@opentelemetry/sdk-trace-node')
})

test('a SIGTERM to npm, which does not pass it on, leaves nothing either', async () => {
  const { child, ended, listening } = spawnStart(QUICK, {}, ['npm', 'start', '--'])
  const url = await listening()
  child.kill('SIGTERM')
  // Its pipes are closed when the last process that has them has ended.
  await ended
  await expect(fetch(url)).rejects.toThrow()
  expect(leftovers()).toEqual(nothing)
})

test('a collector that is not there is a warning, and no reason for a run or the command to fail', async () => {
  const api = await startApi(['--otel'], {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    OTEL_EXPORTER_OTLP_TIMEOUT: '200',
  })
  const { id } = await postRun(api.url)
  const outcome = await fetch(`${api.url}/runs/${id}/process-next`, { method: 'POST' })
  expect(await outcome.json()).toMatchObject({ state: 'finished' })
  const { code, stdout } = await api.stop()
  expect(code).toBe(0)
  expect(stdout).toMatch(/"level":"warn".*"msg":"tracing: /)
})

test('a stop under way breaks off a long call, and ends with 0', async () => {
  const { child, ended, listening } = spawnStart(['--port', '0', '--profile', 'none'])
  const url = await listening()
  const { id } = await postRun(url)
  const answer = fetch(`${url}/runs/${id}/process-next`, { method: 'POST' })
  child.stdout?.on('data', (chunk: Buffer) => {
    if (chunk.includes('phase started')) child.kill('SIGTERM')
  })
  expect((await answer).status).toBe(503)
  const { code, stdout } = await ended
  expect([code, leftovers()]).toEqual([0, nothing])
  expect(stdout).not.toContain('"level":"error"')
})

test('with --auto a run goes on by itself', async () => {
  const api = await startApi(['--auto'])
  const { id } = await postRun(api.url)
  const events = await (await fetch(`${api.url}/runs/${id}/events`)).text()
  expect(events).toContain('event: end\ndata: {"status":"COMPLETED"}')
  expect((await api.stop()).code).toBe(0)
})

test('two of them share the database of DATABASE_URL, which stays: one goes on where the other stopped', async () => {
  const server = await startDatabaseServer({})
  const { url: databaseUrl } = await server.createDatabase()
  const mock = await startMockProcess()
  try {
    const env = { DATABASE_URL: databaseUrl, ANTHROPIC_API_KEY: 'one-key', ANTHROPIC_BASE_URL: mock.url }
    const start = async () => {
      const { listening, stop } = spawnStart(['--port', '0'], env)
      return { url: await listening(), stop }
    }
    const [one, two] = await Promise.all([start(), start()])
    const { id } = await postRun(one.url)
    const { stderr } = await one.stop()
    expect(stderr).toContain(`Claude: what answers at ANTHROPIC_BASE_URL, ${mock.url}.`)
    expect(stderr).toContain('Database: that of DATABASE_URL')
    const outcome = await fetch(`${two.url}/runs/${id}/process-next`, { method: 'POST' })
    expect(await outcome.json()).toMatchObject({ state: 'finished', status: 'COMPLETED' })
    expect((await two.stop()).code).toBe(0)
    const client = new pg.Client({ connectionString: databaseUrl })
    await client.connect()
    const { rows } = await client.query(
      'SELECT "status", (SELECT count(*)::int FROM "RateLimitState") AS "keys" FROM "Run"',
    )
    await client.end()
    expect(rows).toEqual([{ status: 'COMPLETED', keys: 1 }])
  } finally {
    await mock.stop()
    await server.close()
  }
})

test('with a time scale a run is over in that much less time, and is written in scaled time', async () => {
  const mock = await startMockProcess('--latency', 'plan', '--time-scale', '100')
  children.push(mock.process)
  await mock.setFaults([{ nthRequest: 1, status: 429, retryAfterSeconds: 20 }])
  const args = ['--port', '0', '--auto', '--time-scale', '100']
  const { child, ended, listening } = spawnStart(args, { ANTHROPIC_BASE_URL: mock.url })
  const url = await listening()
  const { id } = await postRun(url)
  const events = await (await fetch(`${url}/runs/${id}/events`)).text()
  const run = await (await fetch(`${url}/runs/${id}`)).json()
  const verdict = await (await fetch(`${mock.url}/_mock/verdict`)).json()
  child.kill('SIGTERM')
  const { stderr } = await ended
  await mock.stop()
  expect(events).toContain('event: end\ndata: {"status":"COMPLETED"}')
  // The wait that the 429 asked for is in it, in the engine's time.
  expect(Date.parse(run.finishedAt) - Date.parse(run.startedAt)).toBeGreaterThan(20_000)
  expect(verdict.retryAfter).toMatchObject({ given: 1, obeyed: 1 })
  expect(stderr).toContain('are 100 times as short')
})

test('a mock of another time scale is refused with one sentence', async () => {
  const mock = await startMockProcess()
  children.push(mock.process)
  const env = { ANTHROPIC_BASE_URL: mock.url }
  const { code, stderr } = await spawnStart(['--port', '0', '--time-scale', '50'], env).ended
  await mock.stop()
  expect(stderr).toMatch(
    /^tierbench: expected a mock with --time-scale 50 at .*, got one with --time-scale 1:/,
  )
  expect([code, leftovers()]).toEqual([2, nothing])
})

test('a database whose runs are of a later time is refused with one sentence', async () => {
  const server = await startDatabaseServer({})
  const { url: databaseUrl } = await server.createDatabase()
  const env = { DATABASE_URL: databaseUrl }
  const fast = await startApi(['--time-scale', '1000'], env)
  await postRun(fast.url)
  await fast.stop()
  const { code, stderr } = await spawnStart(QUICK, env).ended
  await server.close()
  expect(stderr).toMatch(
    /^tierbench: expected a database whose runs are of the time that --time-scale 1 gives/,
  )
  expect(code).toBe(2)
})

test('metrics of the process are served on a port of their own, without the token of the API', async () => {
  const { child, ended, listening } = spawnStart([...QUICK, '--metrics-port', '0'], {
    TIERBENCH_TOKEN: 's3cret',
  })
  const stderr = new Promise<string>((resolve) =>
    child.stderr.once('data', (chunk) => resolve(String(chunk))),
  )
  await listening()
  const [url = ''] = /http\S+\/metrics/.exec(await stderr) ?? []
  const text = await (await fetch(url)).text()
  child.kill('SIGTERM')
  expect((await ended).code).toBe(0)
  const names = Array.from(text.matchAll(/^(?!nodejs)[a-z_]+(\{.*\})?/gm), ([name]) => name)
  expect(names).toEqual(
    expect.arrayContaining([
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'tierbench_pool_connections{state="idle"}',
      'tierbench_pool_waiting',
      'tierbench_invocations_under_way',
    ]),
  )
  expect(text).toContain('\nnodejs_eventloop_lag_p99_seconds ')
})

test('a database that belongs to something else is refused with one sentence', async () => {
  const server = await startDatabaseServer({})
  const { url } = await server.createDatabase()
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('DROP TABLE "_prisma_migrations"')
  await client.end()
  const { code, stderr } = await spawnStart(['--port', '0'], { DATABASE_URL: url }).ended
  await server.close()
  expect(stderr).toMatch(
    /^tierbench: Expected the database of DATABASE_URL to be empty or to hold the tables/,
  )
  expect(code).toBe(2)
})

test('with a token only who sends it is let in', async () => {
  const api = await startApi([], { TIERBENCH_TOKEN: 's3cret' })
  const status = async (headers: Record<string, string>) =>
    (await fetch(`${api.url}/flags`, { headers })).status
  expect([await status({}), await status({ authorization: 'Bearer s3cret' })]).toEqual([401, 200])
  await api.stop()
})

test('without a token a request under a name of another machine is refused', async () => {
  const api = await startApi()
  const sent = request(`${api.url}/flags`, { headers: { host: 'evil.example' } }).end()
  const [answer] = await once(sent, 'response')
  answer.resume()
  await api.stop()
  expect(answer.statusCode).toBe(421)
})

test('a mistake on the command line is one sentence and exit code 2, and leaves nothing', async () => {
  const { code, stderr } = await spawnStart(['--host', '0.0.0.0']).ended
  expect(stderr).toMatch(/^tierbench: expected a token with --host 0.0.0.0 .*\nloaded/)
  expect([code, leftovers()]).toEqual([2, nothing])
})

test('a port that is taken is one sentence and exit code 2, and leaves nothing', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as { port: number }
  const { code, stderr } = await spawnStart(['--port', String(port)]).ended
  other.close()
  expect(stderr).toContain(`tierbench: expected a free port, got ${port}, which another process listens on`)
  expect([code, leftovers()]).toEqual([2, nothing])
})
