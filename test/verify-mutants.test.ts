// The mutants of the engine: each applies, belongs to a hazard, and is in the docs; the runner says no when one is missed.
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copySources, type SourceCopy } from '../bench/patched-sources/index.ts'
import { type Mutant, readMutants, verdictOf } from '../bench/verify/mutation/index.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = promisify(execFile)

let mutants: readonly Mutant[]
let copy: SourceCopy
let folder: string
beforeAll(async () => {
  mutants = await readMutants(join(root, 'bench/verify/mutants'))
  copy = await copySources()
  folder = await mkdtemp(join(tmpdir(), 'verify-mutants-'))
})
afterAll(async () => {
  await copy.remove()
  await rm(folder, { recursive: true, force: true })
})

async function verifyMutants(...args: readonly string[]) {
  const cli = join(root, 'bench/cli/verify-mutants.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', cli, ...args], { stdio: 'pipe' })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (data) => {
    stdout += data
  })
  child.stderr.on('data', (data) => {
    stderr += data
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, stdout, stderr }
}

test('every mutant applies to the engine as it is, and changes nothing else', async () => {
  const wrong: string[] = []
  for (const { name, file } of mutants) {
    const { stdout } = await run('git', ['apply', '--numstat', file], { cwd: copy.root })
    const files = stdout.trim().split('\n')
    if (!files.every((line) => line.split('\t')[2]?.startsWith('engine/'))) wrong.push(`${name}: ${stdout}`)
    const reason = await copy.apply(file)
    if (reason) wrong.push(`${name}: ${reason}`)
    else await run('git', ['apply', '-R', file], { cwd: copy.root })
  }
  expect(wrong).toEqual([])
})

test('every hazard has mutants, and they are those of docs/verify.md', async () => {
  expect(new Set(mutants.map(({ hazard }) => hazard)).size).toBe(10)
  const docs = await readFile(join(root, 'docs/verify.md'), 'utf8')
  const rows = docs.split('\n').flatMap((line) => {
    const [, name, hazard, tier, breaks] = /^\| `([\w-]+)` \| (H\d+) \| (\d) \| (.+?) \|/.exec(line) ?? []
    return name ? [{ name, hazard, tier: Number(tier), breaks }] : []
  })
  expect(rows).toEqual(mutants.map(({ name, hazard, tier, breaks }) => ({ name, hazard, tier, breaks })))
})

/** Two workers start for each engine: on a busy machine that takes long. */
const SLOW_MS = 180_000

test('a mutant is caught, and the engine as it is passes the same schedules', {
  timeout: SLOW_MS,
}, async () => {
  const { code, stdout } = await verifyMutants('claim-run-by-id', '--schedules', '2', '--sample', '1')
  expect(stdout).toMatch(/1 of 1 mutants were caught .*; the engine as it is passes/)
  expect(code).toBe(0)
})

const HEADER = 'Breaks: nothing\nHazard: H1\nTier: 2\nWhy: to be missed.\n\n'

test('a mutant that is missed, or does not apply any more, is exit code 1', {
  timeout: SLOW_MS,
}, async () => {
  const added =
    'diff --git a/engine/x.ts b/engine/x.ts\nnew file mode 100644\n--- /dev/null\n+++ b/engine/x.ts\n'
  await writeFile(join(folder, 'harmless.patch'), `${HEADER}${added}@@ -0,0 +1 @@\n+export const x = 1\n`)
  const gone = 'diff --git a/engine/gone.ts b/engine/gone.ts\n--- a/engine/gone.ts\n+++ b/engine/gone.ts\n'
  await writeFile(join(folder, 'outdated.patch'), `${HEADER}${gone}@@ -1 +1 @@\n-one\n+two\n`)
  const { code, stdout } = await verifyMutants('--patches', folder, '--schedules', '2', '--sample', '2')
  expect(stdout).toMatch(
    /harmless: expected H1 to be violated under Tier 2, and it was in none of 2 schedules/,
  )
  expect(stdout).toMatch(/outdated: the patch does not apply: .*engine\/gone.ts/)
  expect(code).toBe(1)
})

const EXAMINED = {
  schedules: 4,
  violated: [],
  failed: 0,
  invariants: [],
  broken: undefined,
  wallMs: 1,
} as const

test('a schedule without an end is a crash, whatever was violated before', () => {
  const verdict = verdictOf({ ...EXAMINED, violated: [2], broken: 'it stands still' })
  expect(verdict).toMatchObject({ state: 'crashed', reason: 'it stands still' })
})

test('invocations that fail are no sight of a hazard', () => {
  expect(verdictOf({ ...EXAMINED, failed: 3 })).toMatchObject({ state: 'crashed' })
  expect(verdictOf({ ...EXAMINED, failed: 3, violated: [4] })).toMatchObject({ state: 'caught', first: 4 })
})

test.each([
  [['no-such-mutant'], /expected names of mutants, got no-such-mutant: --list shows them/],
  [['--patches', '/nowhere'], /expected a folder of patches, got \/nowhere/],
])('%j is refused with one sentence and exit code 2', async (args, message) => {
  const { code, stderr, stdout } = await verifyMutants(...args)
  expect(stderr).toMatch(message)
  expect([code, stdout]).toEqual([2, ''])
})
