import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'history-cli-test-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function history(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = ['--import', 'tsx', 'bench/cli/history.ts', ...args]
  return new Promise((resolve) =>
    execFile(process.execPath, command, { cwd: root }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    ),
  )
}

/** A gate.json as a gate leaves it, with what is changed of its figures. */
function gateFile(name: string, passed: boolean, changes: object): string {
  const head = { ...JSON.parse(readFileSync(join(root, 'baselines/exact.json'), 'utf8')), ...changes }
  const path = join(folder, name)
  writeFileSync(path, JSON.stringify({ passed, head }))
  return path
}

test('figures of a failed gate, and of a tree with changes, are added with a sentence that says so', async () => {
  const to = join(folder, 'said')
  const add = async (passed: boolean, dirty: boolean) =>
    (await history('add', '--to', to, '--from', gateFile('gate.json', passed, { dirty }))).stdout
  expect(await add(true, false)).not.toContain('! ')
  expect(await add(false, false)).toContain('! The gate that it is from failed')
  expect(await add(true, true)).toContain('! It is of a tree with uncommitted changes')
})

test('a mode that the newest result lacks ends with 1, and its metrics are named', async () => {
  const to = join(folder, 'lacks')
  for (const commit of ['1'.repeat(40), '2'.repeat(40)]) {
    await history('add', '--to', to, '--from', gateFile('gate.json', true, { commit, dirty: false }))
  }
  const show = () => history('show', '--of', to, '--out', join(folder, 'page'))
  expect((await show()).code).toBe(0)
  const newest = join(to, readdirSync(to).sort().at(-1) as string)
  const entry = JSON.parse(readFileSync(newest, 'utf8'))
  delete entry.figures.smoke.safe
  writeFileSync(newest, JSON.stringify(entry))
  const { code, stdout } = await show()
  expect(code).toBe(1)
  expect(stdout).toContain('✗ smoke, safe: roundTrips: the newest result lacks it')
  expect(stdout).not.toContain('✓')
})

test('steps that a single gate allows add up to a drift, which ends with 1', async () => {
  const to = join(folder, 'drift')
  await history('add', '--to', to, '--from', gateFile('gate.json', true, { dirty: false }))
  const entry = JSON.parse(readFileSync(join(to, readdirSync(to)[0] as string), 'utf8'))
  const { durationMs } = entry.figures.typical.safe
  for (let step = 1; step <= 3; step++) {
    entry.figures.typical.safe.durationMs = durationMs * 1.004 ** step
    entry.commit = String(step).repeat(40)
    entry.recordedAt = new Date(Date.parse(entry.recordedAt) + 1_000).toISOString()
    writeFileSync(join(to, `later-${step}.json`), JSON.stringify(entry))
  }
  const { code, stdout } = await history('show', '--of', to, '--out', join(folder, 'drift-page'))
  expect(code).toBe(1)
  expect(stdout).toMatch(
    /✗ typical, safe: duration end to end drifted .* → .* since .*, in steps that a single/,
  )
  expect(stdout).not.toContain('✓')
})

test('a file that is no result of a gate ends with 2, and leaves no folder behind', async () => {
  const to = join(folder, 'none')
  const path = join(folder, 'broken.json')
  writeFileSync(path, '{')
  expect((await history('add', '--to', to, '--from', path)).code).toBe(2)
  expect(existsSync(to)).toBe(false)
})

test('a mistake in an option is said as every command says it', async () => {
  const { code, stderr } = await history('show', '--of', folder, '--recent', '0')
  expect(code).toBe(2)
  expect(stderr).toMatch(/^tierbench: /)
})
