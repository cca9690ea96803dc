import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type MockProcess, startMockProcess } from './mock-clients/mock-process.ts'

let mock: MockProcess
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tierbench-mock-'))
  await writeFile(join(folder, 'faults.json'), '[{"status": 418}]')
  await writeFile(join(folder, 'model.json'), '[{"status": 500, "model": "claude-1"}]')
  await writeFile(join(folder, 'broken.json'), '[{"status": 500')
  await writeFile(join(folder, 'profile.json'), '{"limits": {}, "speed": 1}')
  await writeFile(join(folder, 'object.json'), '{"status": 500}')
  await writeFile(join(folder, 'limits.json'), '{"limits": {"burst": 1, "requestsPerMinute": -1}}')
  await writeFile(join(folder, 'blank.txt'), '\n')
  await writeFile(join(folder, 'picture.txt'), Buffer.from([0x89, 0x50, 0xff]))
  await writeFile(join(folder, 'answer.txt'), '\uFEFFIt is done.')
  mock = await startMockProcess('--api-key', 'one', '--api-key', 'two')
})
afterAll(async () => {
  await mock.stop()
  await rm(folder, { recursive: true, force: true })
})

async function run(...args: string[]): Promise<{ code: number; stderr: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'mocks/server/cli.ts', ...args])
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const [code] = (await once(child, 'close')) as [number]
  return { code, stderr }
}

test.each<[string, (port: string) => string[], RegExp]>([
  ['an unknown option', () => ['--prot', '1'], /unknown option '--prot'/],
  ['an argument', () => ['4141'], /too many arguments/],
  ['a port that is none', () => ['--port', '65536'], /Expected a whole number from 0 to 65535/],
  ['a port that is taken', (port) => ['--port', port], /expected a free port, got \d+/],
  ['a host of another machine', () => ['--port', '0', '--host', '203.0.113.1'], /expected --host to be/],
  ['an unknown profile', () => ['--profile', 'tier-9'], /expected --profile to be one of seed/],
  ['an unknown latency', () => ['--latency', 'slow'], /expected --latency to be one of plan/],
  ['a profile with more in it', () => ['--profile', join(folder, 'profile.json')], /got speed/],
  ['faults that are not there', () => ['--faults', join(folder, 'none.json')], /ENOENT/],
  ['faults that are not JSON', () => ['--faults', join(folder, 'broken.json')], /expected JSON in/],
  ['an answer that is not there', () => ['--answer', join(folder, 'none.txt')], /ENOENT/],
  ['an answer without text', () => ['--answer', join(folder, 'blank.txt')], /expected text in .*blank/],
  ['an answer that is no text', () => ['--answer', join(folder, 'picture.txt')], /expected text in UTF-8 in/],
  ['an empty host', () => ['--port', '0', '--host', ''], /Expected an address, got nothing/],
  [
    'faults that are no list',
    () => ['--faults', join(folder, 'object.json')],
    /in .*object\.json, got an object/,
  ],
  ['a profile that is wrong', () => ['--profile', join(folder, 'limits.json')], /limits\.json.*burst.*/],
  [
    'faults that there are not',
    () => ['--port', '0', '--faults', join(folder, 'faults.json')],
    /faults\.json/,
  ],
  [
    'a fault of a model that there is not',
    () => ['--port', '0', '--faults', join(folder, 'model.json')],
    /model\.json, got 0\.model: Expected a model that the mock has, got claude-1/,
  ],
])('%s ends the command with 2 and says why', async (_name, args, says) => {
  const { code, stderr } = await run(...args(new URL(mock.url).port))
  expect(stderr).toMatch(says)
  // Commander's own hint is on a line by itself.
  expect(stderr.trim().replace(/\n\(Did you mean .*\)$/, '')).not.toContain('\n')
  expect(code).toBe(2)
})

test('only the keys that were named are let in', async () => {
  const status = async (key: string) => {
    const headers = { 'x-api-key': key, 'anthropic-version': '2023-06-01' }
    return (await fetch(`${mock.url}/v1/models`, { headers })).status
  }
  expect([await status('one'), await status('two'), await status('three')]).toEqual([200, 200, 401])
})

test('a given answer is what every request gets that has no schema and no tool', async () => {
  const answering = await startMockProcess('--answer', join(folder, 'answer.txt'))
  const ask = async (more: object) => {
    const response = await fetch(`${answering.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': 'any', 'anthropic-version': '2023-06-01' },
      body: JSON.stringify({
        model: 'claude-sonnet-5',
        max_tokens: 100,
        messages: [{ role: 'user', content: 'Is it done?' }],
        ...more,
      }),
    })
    return ((await response.json()) as { content: { text: string }[] }).content[0]?.text
  }
  const schema = { type: 'object', properties: { done: { type: 'boolean' } }, required: ['done'] }
  const texts = [await ask({}), await ask({ output_config: { format: { type: 'json_schema', schema } } })]
  await answering.stop()
  expect(texts).toEqual(['It is done.', expect.stringMatching(/^\{"done":(true|false)\}$/)])
})

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends it with 0', async (signal) => {
  const other = await startMockProcess()
  expect(await other.stop(signal)).toBe(0)
})
