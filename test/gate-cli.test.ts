import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
let folder: string
/** Figures of this commit, measured once. */
let baseline: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gate-cli-test-'))
  baseline = join(folder, 'baseline.json')
  expect(await gate('--update', '--baseline', baseline)).toMatchObject({ code: 0 })
})
afterAll(() => rmSync(folder, { recursive: true }))

function gate(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = ['--import', 'tsx', 'bench/cli/gate.ts', '--scenario', 'smoke', ...args]
  const env = { ...process.env, DATABASE_URL: '' }
  return new Promise((resolve) =>
    execFile(process.execPath, command, { cwd: root, env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    ),
  )
}

/** A copy of the baseline with something changed. */
function changed(name: string, change: (figures: Record<string, unknown>) => void): string {
  const figures = JSON.parse(readFileSync(baseline, 'utf8'))
  change(figures)
  const path = join(folder, `${name}.json`)
  writeFileSync(path, JSON.stringify(figures))
  return path
}

test('a commit against itself passes, and leaves its reports', async () => {
  const out = join(folder, 'out')
  const { code, stdout } = await gate('--baseline', baseline, '--out', out)
  expect(code).toBe(0)
  expect(stdout).toContain('✓ PASSED: 76 exact metrics')
  expect(readdirSync(out).sort()).toEqual(['gate.html', 'gate.json', 'gate.junit.xml', 'gate.md', 'gate.txt'])
  expect(JSON.parse(readFileSync(join(out, 'gate.json'), 'utf8'))).toMatchObject({
    passed: true,
    missing: [],
  })
})

test('a round trip more than the baseline has ends with 1, and names it', async () => {
  // biome-ignore lint/suspicious/noExplicitAny: a file of JSON that is broken on purpose
  const path = changed('chattier', (figures: any) => {
    const { safe } = figures.scenarios.smoke.modes
    safe.metrics.roundTrips--
    safe.parts.statements['story-generation INSERT Story']--
  })
  const { code, stdout } = await gate('--baseline', path, '--out', join(folder, 'red'))
  expect(code).toBe(1)
  expect(stdout).toMatch(
    /✗ smoke, safe: database round trips .*\n {4}story-generation INSERT Story: round trips 1 → 2/,
  )
})

test.each([
  ['no baseline', () => join(folder, 'none.json'), /expected a baseline in .*none\.json/],
  ['one that is no JSON', () => join(root, 'README.md'), /expected a baseline in .*README\.md/],
  [
    'one of another mock',
    () =>
      changed('other-mock', (figures) => {
        Object.assign(figures.models as object, { mock: 'other' })
      }),
    /expected a baseline that can be compared, but these differ: the mock/,
  ],
  [
    'one that lacks a metric',
    () =>
      changed('lacks', (figures) => {
        // biome-ignore lint/suspicious/noExplicitAny: a file of JSON that is broken on purpose
        delete (figures as any).scenarios.smoke.modes.safe.metrics.calls
      }),
    /broken at scenarios\.smoke\.modes\.safe\.metrics\.calls/,
  ],
])('%s is never a pass: one sentence, and 2', async (_, path, sentence) => {
  const { code, stderr } = await gate('--baseline', path())
  expect(code).toBe(2)
  expect(stderr).toMatch(sentence)
})

test('the command that repeats it has its budgets, and the advice writes the file that was compared with', async () => {
  const budgets = join(folder, 'my budgets.yaml')
  cpSync(join(root, 'gate-budgets.yaml'), budgets)
  // biome-ignore lint/suspicious/noExplicitAny: a file of JSON that is broken on purpose
  const worse = changed('repeat', (figures: any) => figures.scenarios.smoke.modes.safe.metrics.roundTrips--)
  const red = await gate('--baseline', worse, '--budgets', budgets, '--out', join(folder, 'repeat'))
  expect(red.stdout).toContain(
    `Repeat it: npm run gate -- --scenario smoke --baseline ${worse} --budgets '${budgets}'`,
  )
  // biome-ignore lint/suspicious/noExplicitAny: a file of JSON that is broken on purpose
  const better = changed('better', (figures: any) => figures.scenarios.smoke.modes.safe.metrics.roundTrips++)
  const green = await gate('--baseline', better, '--out', join(folder, 'better'))
  expect(green.stdout).toContain(
    `Better than the baseline: npm run gate -- --update --baseline ${better} --scenario smoke takes it`,
  )
})

test('an update that would leave out a scenario of the baseline is refused, and the file is as it was', async () => {
  const path = changed('two-scenarios', ({ scenarios }) => {
    const { smoke } = scenarios as Record<string, unknown>
    Object.assign(scenarios as object, { typical: smoke })
  })
  const before = readFileSync(path, 'utf8')
  const { code, stderr } = await gate('--update', '--baseline', path)
  expect(code).toBe(2)
  expect(stderr).toMatch(/expected --update to measure all that .* got a --scenario without typical/)
  expect(readFileSync(path, 'utf8')).toBe(before)
})

test('a gate that cannot compare leaves no report of an earlier one in its folder', async () => {
  const out = join(folder, 'stale')
  mkdirSync(out)
  for (const name of ['gate.md', 'gate.junit.xml', 'mine.txt']) writeFileSync(join(out, name), 'passed')
  const { code } = await gate('--baseline', join(folder, 'none.json'), '--out', out)
  expect([code, ...readdirSync(out)]).toEqual([2, 'mine.txt'])
})

test('a baseline without the mode or the scenario ends with 1', async () => {
  // biome-ignore lint/suspicious/noExplicitAny: a file of JSON that is broken on purpose
  const path = changed('no-mode', (figures: any) => delete figures.scenarios.smoke.modes.parallel)
  const { code, stdout } = await gate('--baseline', path, '--out', join(folder, 'no-mode'))
  expect(code).toBe(1)
  expect(stdout).toContain('✗ smoke, parallel: the baseline has no figures of it')
})

test('an --out that cannot be written is refused before anything is measured', async () => {
  const file = join(folder, 'a-file')
  writeFileSync(file, '')
  const { code, stderr } = await gate('--baseline', baseline, '--out', join(file, 'out'))
  expect(code).toBe(2)
  expect(stderr).toMatch(/^tierbench: expected --out to name a folder/)
})

test('a name that is none is answered by all that there are', async () => {
  const { code, stderr } = await gate('--scenario', 'smok')
  expect(code).toBe(2)
  expect(stderr).toMatch(/expected --scenario with names out of .*smoke.*, verify, query-plans, got "smok"/)
})

test('--base with no such commit, and options that contradict each other, end with 2', async () => {
  expect((await gate('--update', '--figures', 'x')).code).toBe(2)
  const { code, stderr } = await gate('--base', 'no-such-branch')
  expect([code, stderr.includes('expected --base to name a commit of this checkout')]).toEqual([2, true])
})
