import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

// `UPDATE_README=1 npx vitest run test/readme` writes what the commands print into README.md.
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const path = join(root, 'README.md')
let out: string
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'readme-test-'))
})
afterAll(() => rmSync(out, { recursive: true, force: true }))

function bench(...args: string[]): string {
  return execFileSync(process.execPath, ['--import', 'tsx', 'bench/cli/bench.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, TIER: '', DATABASE_URL: '' },
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()
}

/** The fenced block that begins with `start`, as README.md has it. */
function blockOf(readme: string, start: string): string {
  const block = readme.split('```').find((text) => text.trim().startsWith(start))
  if (block === undefined) throw new Error(`README.md has no block that begins with "${start}"`)
  return block
}

function holds(start: string, printed: string, stable: (text: string) => string): void {
  const readme = readFileSync(path, 'utf8')
  const block = blockOf(readme, start)
  if (process.env.UPDATE_README) writeFileSync(path, readme.replace(block, `\n${printed}\n`))
  else expect(stable(block.trim())).toBe(stable(printed))
}

test('README.md shows what the bench prints', () => {
  const printed = bench('--scenario', 'typical', '--out', out)
  const [result] = printed.split('\n\nWhat is modelled')
  // The first paragraph has the date, the commit and this machine's speed.
  holds('tierbench 0', result as string, (text) => text.slice(text.indexOf('\n\n')))
})

test('README.md shows what --help prints', () => {
  holds('Usage:', bench('--help'), (text) => text)
})

test('README.md shows what verify prints of a schedule that fails', () => {
  const readme = readFileSync(path, 'utf8')
  const [, schedule = ''] = /verify -- --replay (\S+) --around 2/.exec(readme) ?? []
  const { stdout } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'bench/cli/verify.ts', '--replay', schedule, '--around', '2'],
    { cwd: root, encoding: 'utf8', env: { ...process.env, DATABASE_URL: '' } },
  )
  holds('ms  actor 1', stdout.trimEnd(), (text) => text.trim())
})
