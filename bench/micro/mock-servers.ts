import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { answering, type ChildServer, printedUrl, startChildServer } from '../environment/index.ts'
import { MOCK_HEADERS, type MockCase, mockBody } from './mock-requests.ts'

/** Every limit is there and counted, and none is reached. */
const WIDE_LIMITS = {
  requestsPerMinute: 1e9,
  inputTokensPerMinute: 1e12,
  outputTokensPerMinute: 1e12,
  tokensPerMinute: 1e12,
  concurrentRequests: 10_000,
}

export interface MockServers {
  readonly mock: ChildServer
  /** The mock, told what to answer. */
  readonly given: ChildServer
  readonly aimock: ChildServer
  readonly bare: ChildServer
  close(): Promise<void>
}

/** All that are compared; the others answer with as much text as the mock. */
export async function startMockServers(): Promise<MockServers> {
  const folder = await mkdtemp(join(tmpdir(), 'tierbench-micro-'))
  const started: ChildServer[] = []
  const start = async (name: string, args: readonly string[], url?: string) => {
    // One that prints no URL is asked until it answers.
    const server = await startChildServer(name, args, { ready: (output) => url ?? printedUrl(output) })
    started.push(server)
    if (url !== undefined) await answering(url)
    return server
  }
  const close = async () => {
    await Promise.all(started.map((server) => server.stop()))
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const profile = join(folder, 'profile.json')
    await writeFile(profile, JSON.stringify({ limits: WIDE_LIMITS }))
    const command = [
      pathOf('../../mocks/server/cli.ts'),
      ...['--port', '0', '--profile', profile, '--latency', 'none'],
    ]
    const mock = await start('mock', command)
    const example: MockCase = { promptKiB: 12, stream: false, prompts: 'same' }
    const whole = await ask(mock.told, mockBody(example, 0))
    const streamed = await ask(mock.told, mockBody({ ...example, stream: true }, 0))
    const content = textOf(whole)
    await writeFile(join(folder, 'answer.txt'), content)
    const given = await start('given', [...command, '--answer', join(folder, 'answer.txt')])
    await writeFile(
      join(folder, 'fixtures.json'),
      JSON.stringify({ fixtures: [{ match: {}, response: { content } }] }),
    )
    // Silent, since lines about each request would slow it down; so its port is chosen here.
    const port = await freePort()
    const silent = ['--port', String(port), '--fixtures', folder, '--log-level', 'silent']
    const aimock = await start('aimock', [aimockCli(), ...silent], `http://127.0.0.1:${port}`)
    const bare = await start('bare', [pathOf('./bare-server.ts'), JSON.stringify({ whole, streamed })])
    return { mock, given, aimock, bare, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('Expected a port, got none.')
  return address.port
}

function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url))
}

/** A development dependency, run and not imported: only this benchmark needs it. */
function aimockCli(): string {
  const require = createRequire(import.meta.url)
  return join(dirname(require.resolve('@copilotkit/aimock')), 'cli.js')
}

async function ask(url: string, body: string): Promise<string> {
  const response = await fetch(`${url}/v1/messages`, { method: 'POST', headers: MOCK_HEADERS, body })
  const text = await response.text()
  if (!response.ok) throw new Error(`Expected an answer from ${url}, got ${response.status}: ${text}`)
  return text
}

function textOf(message: string): string {
  return (JSON.parse(message) as { content: { text: string }[] }).content.map(({ text }) => text).join('')
}
