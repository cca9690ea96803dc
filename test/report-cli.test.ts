import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fixtureResult } from '../reports/fixture.test-data.ts'
import type { BenchResult } from '../reports/index.ts'
import { LOAD_RESULT } from '../reports/load/load-result.test-data.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const tsx = import.meta.resolve('tsx')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'report-cli-test-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function report(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const all = ['--import', tsx, join(root, 'bench/cli/report.ts'), ...args]
  const options = { cwd: folder, env: { ...process.env, CI: '', FORCE_COLOR: '0', ...env } }
  return new Promise((resolve) => {
    const child = execFile(process.execPath, all, options, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? 1, stdout, stderr }),
    )
  })
}

function save(path: string, change: (result: BenchResult) => void = () => {}): void {
  const result = fixtureResult()
  change(result)
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), JSON.stringify(result))
}

test('a result is rendered again beside its file, the same each time', async () => {
  save('a/result.json')
  const { code, stdout, stderr } = await report([
    'a/result.json',
    '--reporter',
    'terminal,html,markdown,csv,junit',
  ])
  expect(code, stderr).toBe(0)
  expect(stdout).toContain('steady-team: Steady team')
  const files = ['report.csv', 'report.html', 'report.junit.xml', 'report.md', 'result.json']
  expect(readdirSync(join(folder, 'a')).sort()).toEqual(files)
  const before = files.map((file) => readFileSync(join(folder, 'a', file), 'utf8'))
  await report(['a/result.json', '--reporter', 'html,markdown,csv,junit'])
  expect(files.map((file) => readFileSync(join(folder, 'a', file), 'utf8'))).toEqual(before)
})

test('a load is rendered again beside its file', async () => {
  writeFileSync(join(folder, 'load.json'), JSON.stringify(LOAD_RESULT))
  const { code, stdout, stderr } = await report(['load.json', '--reporter', 'terminal,html,markdown'])
  expect(code, stderr).toBe(0)
  expect(stdout).toContain('Throughput:')
  expect(readdirSync(folder).sort()).toEqual(['load.html', 'load.json', 'load.md'])
})

test.each([
  ['of another version', { ...LOAD_RESULT, schemaVersion: 99 }, 'run the load again'],
  ['with a part that is broken', { ...LOAD_RESULT, knees: 3 }, 'knees'],
])('a load %s is refused in a sentence', async (_, result, what) => {
  writeFileSync(join(folder, 'load.json'), JSON.stringify(result))
  const { code, stderr } = await report(['load.json'])
  expect([code, stderr.trim().split('\n').length]).toEqual([2, 1])
  expect(stderr).toContain(what)
})

test('the gate beside a result is in its summary, and one that cannot be read is named and left out', async () => {
  save('a/result.json')
  const context = {
    baseline: 'baselines/exact.json',
    commits: 'a..b',
    command: 'npm run gate',
    update: 'npm run gate -- --update',
  }
  writeFileSync(
    join(folder, 'a/gate.json'),
    JSON.stringify({ passed: true, comparisons: [], missing: [], context }),
  )
  writeFileSync(join(folder, 'a/verify.json'), '{}')
  const { stdout, stderr } = await report(['a/result.json', '--reporter', 'terminal'])
  expect(stdout).toContain('✓ Gate: passed, 0 exact metrics against baselines/exact.json.')
  expect(stderr).toContain('verify.json is left out of the report: ')
})

test('two results are compared in every form', async () => {
  save('a.json')
  save('b.json', (result) => {
    for (const mode of result.scenarios[0]?.modes ?? []) mode.duration.p50Ms *= 1.5
  })
  const args = ['a.json', 'b.json', '--out', 'out', '--reporter', 'terminal,html,markdown,json,csv']
  const { code, stdout, stderr } = await report(args)
  expect(code, stderr).toBe(0)
  expect(stdout).toMatch(/^duration +\S.* \+50\.0 % ▼$/m)
  expect(readdirSync(join(folder, 'out')).sort()).toEqual(
    ['csv', 'html', 'json', 'md'].map((extension) => `compare.${extension}`),
  )
})

test('a folder has an index with a link to each report, and names what it cannot read', async () => {
  save('results/one/result.json')
  writeFileSync(join(folder, 'results/one/report.html'), 'x')
  save('results/two/result.json')
  mkdirSync(join(folder, 'results/old'))
  writeFileSync(join(folder, 'results/old/result.json'), '{"schemaVersion":1}')
  const { code, stdout, stderr } = await report(['results'])
  expect(code, stderr).toBe(0)
  expect(stdout).toContain('steady-team, parallel')
  expect(stdout.replace(/\s+/g, ' ')).toContain(
    'got results/old/result.json: This result file has schemaVersion 1',
  )
  const html = readFileSync(join(folder, 'results/index.html'), 'utf8')
  expect(html).toContain('<a href="one/report.html">one</a>')
  expect(html).not.toContain('two/report.html')
})

test('the links of an index lead to the reports from where it is written', async () => {
  save('results/a/result.json')
  writeFileSync(join(folder, 'results/a/report.html'), '')
  const { code, stderr } = await report(['results', '--reporter', 'html', '--out', 'other/index'])
  expect(code, stderr).toBe(0)
  const html = readFileSync(join(folder, 'other/index/index.html'), 'utf8')
  expect(html).toContain('href="../../results/a/report.html"')
})

test('a hostile name is text in the comparison and in the index', async () => {
  save('a/result.json')
  save('b/result.json')
  await report(['a/result.json', 'b/result.json', '--out', 'out'])
  await report(['.'])
  for (const file of ['out/compare.html', 'index.html']) {
    expect(readFileSync(join(folder, file), 'utf8')).not.toContain('<script>alert(1)')
  }
})

test.each([
  [
    'a file that is not there',
    ['nowhere.json'],
    /expected a result file that can be read, got nowhere.json: ENOENT/,
  ],
  [
    'a file that is no result',
    ['other.json'],
    /expected a result file, got other.json: Expected a tierbench/,
  ],
  [
    'a newer schema',
    ['newer.json'],
    /got newer.json: This result file has schemaVersion 9 and this tierbench reads/,
  ],
  [
    'another clock',
    ['a.json', 'real.json'],
    /got none that can be compared: a.json and real.json are of different clocks/,
  ],
  [
    'a form that a comparison does not have',
    ['a.json', 'a.json', '--reporter', 'junit'],
    /out of terminal, html, json, markdown, csv, with/,
  ],
  [
    'a folder without results',
    ['empty'],
    /expected a folder with result.json in it or below it, got none in empty/,
  ],
  ['no result', [], /missing required argument 'results'/],
])('%s is one sentence and exit code 2, and writes nothing', async (_, args, sentence) => {
  save('a.json')
  save('real.json', (result) => {
    result.clock = 'real'
  })
  save('newer.json', (result) => Object.assign(result, { schemaVersion: 9 }))
  writeFileSync(join(folder, 'other.json'), '[]')
  mkdirSync(join(folder, 'empty'))
  const before = readdirSync(folder)
  const { code, stdout, stderr } = await report(args)
  expect(stderr).toMatch(sentence)
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(readdirSync(folder)).toEqual(before)
})

test('--open hands the HTML to the program of BROWSER, and to none in CI', async () => {
  save('a/result.json')
  const opener = join(folder, 'opener')
  writeFileSync(opener, `#!/bin/sh\necho "$1" > "${folder}/opened"\n`, { mode: 0o755 })
  await report(['a/result.json', '--open'], { BROWSER: opener, CI: 'true' })
  expect(existsSync(join(folder, 'opened'))).toBe(false)
  await report(['a/result.json', '--open'], { BROWSER: opener })
  await expect.poll(() => existsSync(join(folder, 'opened'))).toBe(true)
  await expect
    .poll(() => readFileSync(join(folder, 'opened'), 'utf8'))
    .toBe(`${join(folder, 'a/report.html')}\n`)
})

test('an opener that is not there is a sentence and no failure', async () => {
  save('a/result.json')
  const { code, stderr } = await report(['a/result.json', '--open'], { BROWSER: '/nowhere/opener' })
  expect(stderr).toContain('could not be opened with /nowhere/opener')
  expect(code).toBe(0)
})
