import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { faultsSchema } from '../mocks/index.ts'
import { parseMockOptions } from '../mocks/server/options.ts'

const docs = readFileSync('docs/mock-claude.md', 'utf8')

/** The code blocks of docs/mock-claude.md in this language. */
function blocks(language: string): string[] {
  return Array.from(
    docs.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g')),
    (match) => match[1] ?? '',
  )
}

test('the faults in the docs are faults', () => {
  const [faults = ''] = blocks('json')
  expect(faultsSchema.safeParse(JSON.parse(faults)).error).toBeUndefined()
})

test('the profile in the docs is one', () => {
  const [, profile = ''] = blocks('json')
  const folder = mkdtempSync(join(tmpdir(), 'tierbench-docs-'))
  writeFileSync(join(folder, 'profile.json'), profile)
  const { mock } = parseMockOptions(['--profile', join(folder, 'profile.json')])
  rmSync(folder, { recursive: true })
  expect(mock).toMatchObject(JSON.parse(profile))
})

test('the program in the docs prints what they say', () => {
  const [program = ''] = blocks('ts')
  const [, said] = /^\/\/ prints (.*)$/m.exec(program) ?? []
  const args = ['node_modules/tsx/dist/cli.mjs', '--input-type=module', '--eval', program]
  expect(execFileSync(process.execPath, args, { encoding: 'utf8' }).trim()).toBe(said)
})

const trace = (...args: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', 'mocks/profiles/traces/cli.ts', ...args], {
    encoding: 'utf8',
  })

test('a trace is fitted from the command line', () => {
  const { stdout, status } = trace('mocks/profiles/traces/azure-conversation-2023-sample.csv')
  expect(status).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ requests: 400, arrivals: { perMinute: expect.any(Number) } })
})

test('what is no trace is said in one sentence', () => {
  const { stderr, status } = trace('package.json')
  expect(stderr).toMatch(/^tierbench: expected a trace in package\.json, got: [^\n]*\n$/)
  expect(status).toBe(2)
})

test('a latency that is named takes the place of those of single models in the file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tierbench-latency-'))
  const file = join(folder, 'profile.json')
  const slow = { firstTokenMs: 900, perThousandInputTokensMs: 0, tokensPerSecond: 75, sigma: 0 }
  writeFileSync(file, JSON.stringify({ latencyByModel: { 'claude-haiku-4-5': slow } }))
  const { mock } = parseMockOptions(['--profile', file, '--latency', 'none'])
  rmSync(folder, { recursive: true })
  expect(mock.latencyByModel).toEqual({})
})
