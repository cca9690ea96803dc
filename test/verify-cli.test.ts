// The command line of `verify`: what it refuses, what it leaves behind, and its exit codes.
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedOf } from '../bench/verify/index.ts'
import { verifyResultSchema } from '../reports/index.ts'

const CLI = fileURLToPath(new URL('../bench/cli/verify.ts', import.meta.url))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'verify-cli-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function start(...args: readonly string[]) {
  return startAs({}, ...args)
}

function startAs(
  where: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv },
  ...args: readonly string[]
) {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), CLI, ...args], {
    stdio: 'pipe',
    cwd: where.cwd,
    env: { ...process.env, ...where.env },
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (data) => {
    stdout += data
  })
  child.stderr.on('data', (data) => {
    stderr += data
  })
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, stdout, stderr })),
  )
  return { child, ended }
}

test.each([
  [[], /expected --tier 1, 2 or 3, or --replay, got neither/],
  [['--tier', '4'], /Expected a whole number from 1 to 3/],
  [['--tier', '2', '--hazard', 'H11'], /Expected hazards out of H1/],
  [['--tier', '2', '--shard', '3/2'], /Expected a part and how many there are/],
  [
    ['--tier', '2', '--replay', 'H5-tier2-off-1'],
    /got H5-tier2-off-1 with them: a schedule has them in its name/,
  ],
  [['--replay', '12', '--tier', '2'], /expected --tier and one --hazard beside the seed, got --replay 12/],
  [['--replay', '12345678901', '--tier', '2', '--hazard', 'H5'], /expected a seed of at most 10 digits/],
  [['--tier', '2', '--after', '/nowhere.json'], /expected --after to name a verify.json/],
  [['--replay', 'H5-tier9-off-1'], /expected --replay to name a schedule .* got H5-tier9-off-1/],
  [['--tier', '2', '--around', '3'], /expected --around beside --replay, got it without/],
  [
    ['--replay', 'H5-tier2-off-1', '--out', 'x', '--shard', '1/2'],
    /expected --replay with no more than .*, got --shard, --out beside it/,
  ],
  [['--tier', '2', '--bench', '/nowhere.json'], /expected --bench to name a result.json/],
])('%j is refused with one sentence and exit code 2', async (args, message) => {
  const { code, stderr, stdout } = await start(...args).ended
  expect(stderr).toMatch(message)
  expect([code, stdout]).toEqual([2, ''])
})

/** Each run starts a server and two workers: on a busy machine that takes long. */
const SLOW_MS = 180_000

test('a tier that passes is 0, and what it saved replays to the same failure', {
  timeout: SLOW_MS,
}, async () => {
  const out = join(folder, 'passes')
  const { code, stdout } = await start(
    '--tier',
    '1',
    '--schedules',
    '5',
    '--hazard',
    'H3,H10',
    '--out',
    out,
    '--json',
  ).ended
  const result = verifyResultSchema.parse(JSON.parse(stdout))
  expect(result.verdict).toMatchObject({ rollOut: true })
  expect(result.hazards.find(({ id }) => id === 'H10')).toMatchObject({
    verdict: 'removed',
    on: { schedules: 5, violated: 0 },
  })
  expect(code).toBe(0)
  expect(await readFile(join(out, 'verify.html'), 'utf8')).toMatch(/^<!doctype html>.*Roll out/s)
  const [file = ''] = await readdir(join(out, 'schedules'))
  const elsewhere = { cwd: folder, env: { TZ: 'Pacific/Apia', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' } }
  const replayed = await startAs(elsewhere, '--replay', join('passes', 'schedules', file)).ended
  expect(replayed.stderr).toMatch(/The same failure as when it was saved/)
  expect(replayed.stdout).toMatch(/expected: /)
  expect(replayed.code).toBe(1)
  const saved = JSON.parse(await readFile(join(out, 'schedules', file), 'utf8'))
  await writeFile(join(folder, 'other.json'), JSON.stringify({ ...saved, digest: 'x' }))
  const other = await start('--replay', join(folder, 'other.json')).ended
  expect(other.stderr).toMatch(/not as it did when it was saved/)
})

test('a seed replays the schedules of both sides', { timeout: SLOW_MS }, async () => {
  const seed = String(seedOf(1, 'H7', 0))
  const { code, stdout, stderr } = await start('--replay', seed, '--hazard', 'H7', '--tier', '2').ended
  expect(stdout).toMatch(/^H7-tier2-off-\d+\n.*\nH7-tier2-on-\d+\n/s)
  expect(stderr).toMatch(/H7-tier2-off-\d+: An invariant is violated.\nH7-tier2-on-\d+: No invariant/)
  expect(code).toBe(1)
})

test('what was left out is no pass', { timeout: SLOW_MS }, async () => {
  const out = join(folder, 'part')
  const { code, stdout } = await start('--tier', '2', '--hazard', 'H7', '--schedules', '2', '--out', out)
    .ended
  expect(stdout).toMatch(/DO NOT ROLL OUT/)
  expect(stdout).toMatch(/H1, two processes enter RUNNING: not run/)
  expect(code).toBe(1)
})

test('an interrupted run leaves nothing behind', { timeout: SLOW_MS }, async () => {
  const out = join(folder, 'interrupted')
  const { child, ended } = start('--tier', '2', '--schedules', '60', '--hazard', 'H7', '--out', out)
  child.stderr.once('data', () => child.kill('SIGINT'))
  const { code, stderr } = await ended
  expect(stderr).toMatch(/of 120 schedules/)
  expect(stderr).toMatch(/interrupted; nothing was written/)
  expect(code).toBe(130)
  await expect(readdir(out)).rejects.toThrow('ENOENT')
})
