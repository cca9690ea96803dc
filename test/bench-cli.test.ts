import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseResult } from '../reports/index.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const tsx = import.meta.resolve('tsx')

/** A folder of the test's own, which is also where the database's temporary folder goes. */
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-cli-test-'))
  mkdirSync(join(folder, 'tmp'), { mode: 0o777 })
  execFileSync('chmod', ['-R', 'a+rwx', folder])
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const NODE = [process.execPath, '--import', tsx, join(root, 'bench/cli/bench.ts')]

function start(args: readonly string[], env: Record<string, string> = {}, command = NODE) {
  const [program = '', ...before] = command
  const child = spawn(program, [...before, ...args], {
    cwd: folder,
    env: { ...process.env, TIER: '', DATABASE_URL: '', TMPDIR: join(folder, 'tmp'), ...env },
    detached: true,
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code) => resolve({ code, stdout, stderr })),
  )
  const printed = (text: string) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (stderr.includes(text)) resolve()
      }
      child.stderr.on('data', look)
      look()
    })
  return { child, ended, printed }
}

const bench = (args: readonly string[], env?: Record<string, string>) => start(args, env).ended

/** What is left of a run: servers of this test's own, and files in the folders that it may write to. */
function leftovers() {
  const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
  return {
    servers: processes.split('\n').filter((line) => line.includes(folder) && line.includes('postgres')),
    temporary: readdirSync(join(folder, 'tmp')).filter((name) => name.startsWith('tierbench')),
    results: existsSync(join(folder, 'results')) ? readdirSync(join(folder, 'results')) : [],
  }
}
const nothing = { servers: [], temporary: [], results: [] }

test.each([
  ['an unknown scenario', ['--scenario', 'typcial'], /expected scenarios out of typical, .*, got "typcial"/],
  ['an unknown mode', ['--mode', 'fast'], /expected modes out of sequential, .*, got "fast"/],
  ['an unknown tier', ['--tier', '4'], /expected a tier from 0 to 3, got "4"/],
  ['an unknown flag', ['--flags', 'turbo'], /"turbo" is not a flag: expected batchWrites/],
  [
    'a bad value of a flag',
    ['--flags', 'parallelEpics=lots'],
    /parallelEpics takes a whole number from 1 to 64, got "lots"/,
  ],
  ['a mode and a tier', ['--mode', 'safe', '--tier', '2'], /expected --mode or --tier and --flags, got both/],
  [
    'a dangerous combination',
    ['--flags', 'parallelEpics=2'],
    /parallelEpics above 1 without optimisticLocking .*--allow-unsafe/,
  ],
  [
    'a folder of uploads that is not there',
    ['--uploads', 'nowhere'],
    /expected --uploads to name a folder .*got nowhere: ENOENT/,
  ],
  [
    'an empty folder of uploads',
    ['--uploads', 'tmp'],
    /expected --uploads to name a folder with .md.*got none in tmp/,
  ],
  ['an --out that is below a file', ['--out', '/dev/null/x'], /expected --out to name a folder .*ENOTDIR/],
  [
    'an --out that may not be made',
    ['--out', '/proc/x/y'],
    /expected --out to name a folder that can be written to/,
  ],
  [
    'a seed that is no number',
    ['--seed', 'x'],
    /--seed <n>' argument 'x' is invalid. Expected a whole number from 0/,
  ],
  ['an --out without a name', ['--out', ''], /argument '' is invalid. Expected a folder/],
  ['an --uploads without a name', ['--uploads', ''], /argument '' is invalid. Expected a folder/],
  ['a flag named twice', ['--flags', 'atomicLog=concat,atomicLog=off'], /atomicLog is named more than once/],
  ['an unknown option', ['--scenarios', 'smoke'], /unknown option '--scenarios'/],
])('%s is one sentence and exit code 2, and leaves nothing', async (_, args, sentence) => {
  const { code, stdout, stderr } = await bench(args)
  expect(stderr).toMatch(sentence)
  expect(
    stderr
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('(Did you mean')),
  ).toHaveLength(1)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(leftovers()).toEqual(nothing)
})

test('an unknown TIER is one sentence and exit code 2', async () => {
  const { code, stderr } = await bench([], { TIER: 'three' })
  expect(stderr).toBe('tierbench: expected a tier from 0 to 3, got "three"\n')
  expect(code).toBe(2)
})

test('a DATABASE_URL that does not answer is one sentence without its password, and exit code 2', async () => {
  const { code, stderr } = await bench(['--scenario', 'smoke'], {
    DATABASE_URL: 'postgres://me:geheim@127.0.0.1:1/db',
  })
  expect(stderr).toMatch(/Expected PostgreSQL to answer at 127.0.0.1:1.*ECONNREFUSED/)
  expect(stderr).not.toContain('geheim')
  expect(code).toBe(2)
  expect(leftovers()).toEqual(nothing)
})

test('a file that is not text is refused by name', async () => {
  mkdirSync(join(folder, 'docs'))
  writeFileSync(join(folder, 'docs/picture.md'), Buffer.from([0xff, 0xd8, 0xff, 0x00]))
  const { code, stderr } = await bench(['--uploads', 'docs'])
  expect(stderr).toMatch(/expected a text file in UTF-8 .*picture\.md/)
  expect(code).toBe(2)
})

test('a disk that is full is one sentence and exit code 2, and leaves no part of a report', async (context) => {
  const disk = join(folder, 'disk')
  mkdirSync(disk)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'pipe' })
  } catch (error) {
    return context.skip(`a small disk cannot be mounted here: ${String(error)}`)
  }
  try {
    const { code, stderr } = await bench(['--scenario', 'smoke', '--out', 'disk/report'])
    expect(stderr).toMatch(/expected --out to name a folder that can be written to, got disk\/report: ENOSPC/)
    expect(code).toBe(2)
    expect(readdirSync(disk)).toEqual([])
  } finally {
    execFileSync('umount', [disk])
  }
})

test('--list names every scenario, and --help every option, without starting a database', async () => {
  const list = await bench(['--list'])
  for (const name of ['typical', 'rate-limited', 'remote-db', 'continuation', 'smoke'])
    expect(list.stdout).toContain(name)
  const help = await bench(['--help'])
  for (const option of [
    '--scenario',
    '--mode',
    '--tier',
    '--flags',
    '--seed',
    '--real-time',
    '--out',
    '--json',
    '--uploads',
    '--list',
  ]) {
    expect(help.stdout).toContain(option)
  }
  expect([list.code, help.code]).toEqual([0, 0])
  expect(leftovers()).toEqual(nothing)
})

test('a run leaves its report, in the folder that it names, and nothing else', async () => {
  const { code, stdout, stderr } = await bench(['--scenario', 'smoke'])
  expect(code).toBe(0)
  expect(stdout).toContain('smoke: Smoke test')
  expect(stderr.split('\n').filter((line) => /^\[\d\/4\] smoke, /.test(line))).toHaveLength(4)
  const [name] = readdirSync(join(folder, 'results'))
  expect(stderr).toContain(join('results', name as string, 'report.html'))
  expect(readdirSync(join(folder, 'results', name as string)).sort()).toEqual([
    'report.html',
    'report.md',
    'result.json',
  ])
  expect(leftovers()).toMatchObject({ servers: [], temporary: [] })
})

test('--json prints the result alone, it can be parsed, and its command repeats it', async () => {
  const first = await bench([
    '--scenario',
    'smoke',
    '--mode',
    'parallel,batched',
    '--seed',
    '7',
    '--json',
    '--out',
    'a',
  ])
  const result = parseResult(JSON.parse(first.stdout))
  expect(result.scenarios[0]?.modes.map((mode) => mode.mode)).toEqual(['batched', 'parallel'])
  expect(result.command).toBe('npm run bench -- --scenario smoke --mode parallel,batched --seed 7')
  expect(JSON.parse(readFileSync(join(folder, 'a/result.json'), 'utf8'))).toEqual(result)
  const second = await bench([...result.command.split(' ').slice(4), '--json', '--out', 'b'])
  const durations = (text: string) =>
    parseResult(JSON.parse(text)).scenarios.flatMap(({ modes }) => modes.map(({ duration }) => duration))
  expect(durations(second.stdout)).toEqual(durations(first.stdout))
})

test('a result that is larger than a pipe holds is printed whole', async () => {
  const { code, stdout } = await bench(['--scenario', 'typical', '--mode', 'batched', '--json'])
  expect(code).toBe(0)
  expect(stdout.length).toBeGreaterThan(65_536)
  expect(parseResult(JSON.parse(stdout)).scenarios[0]?.name).toBe('typical')
})

test('--tier and --flags run flags of the user, stamped on the result', async () => {
  const { stdout } = await bench([
    '--scenario',
    'smoke',
    '--tier',
    '1',
    '--flags',
    'atomicLog=concat',
    '--json',
  ])
  const [mode] = parseResult(JSON.parse(stdout)).scenarios[0]?.modes ?? []
  expect(mode).toMatchObject({
    mode: 'custom',
    tier: null,
    flags: { batchWrites: true, atomicLog: 'concat' },
  })
})

test('--uploads runs on the documents of a folder, those in folders below it too', async () => {
  mkdirSync(join(folder, 'docs/more'), { recursive: true })
  writeFileSync(
    join(folder, 'docs/one.md'),
    '# Orders\n\nA buyer must see the state of an order at any time.\n',
  )
  writeFileSync(
    join(folder, 'docs/more/two.txt'),
    'Carriers report each parcel twice a day, and more often at Christmas.',
  )
  writeFileSync(join(folder, 'docs/ignored.png'), 'x')
  symlinkSync(join(folder, 'docs'), join(folder, 'docs/self'))
  const { code, stdout } = await bench([
    '--scenario',
    'smoke',
    '--mode',
    'safe',
    '--uploads',
    'docs',
    '--json',
  ])
  expect(code).toBe(0)
  expect(parseResult(JSON.parse(stdout)).scenarios[0]?.uploads).toEqual({
    source: 'docs',
    files: 2,
    words: 26,
  })
})

const interrupt = (child: ChildProcess) => process.kill(-(child.pid as number), 'SIGINT')

test('Ctrl-C during the run leaves no server, no temporary folder and no half report', async () => {
  const { child, ended, printed } = start([])
  await printed('typical, sequential')
  interrupt(child)
  const { code, stderr } = await ended
  expect(stderr).toContain('tierbench: interrupted; nothing was written')
  expect(code).toBe(130)
  expect(leftovers()).toEqual(nothing)
})

test('a SIGTERM to npm, which does not pass it on, leaves nothing either', async () => {
  const out = join(folder, 'out')
  const npm = ['npm', '--prefix', root, 'run', 'bench', '--', '--out', out]
  const { child, ended, printed } = start([], {}, npm)
  await printed('typical, sequential')
  child.kill('SIGTERM')
  // Its pipes are closed when the last process that has them has ended.
  expect((await ended).stderr).toContain('tierbench: interrupted; nothing was written')
  expect([existsSync(out), leftovers()]).toEqual([false, nothing])
})

test('Ctrl-C while the database starts leaves no server and no temporary folder', async () => {
  const { child, ended } = start([])
  await expect.poll(() => leftovers().temporary, { interval: 5, timeout: 10_000 }).not.toEqual([])
  interrupt(child)
  const { code, stderr } = await ended
  expect(stderr).toContain('tierbench: interrupted; nothing was written')
  expect(code).toBe(130)
  expect(leftovers()).toEqual(nothing)
})

test('a run that is interrupted leaves the report of another that ran beside it', async () => {
  const { child, ended, printed } = start([])
  await printed('typical, sequential')
  expect((await bench(['--scenario', 'smoke', '--mode', 'safe'])).code).toBe(0)
  interrupt(child)
  expect((await ended).code).toBe(130)
  expect(leftovers().results).toHaveLength(1)
})

test('two runs at the same time both work', async () => {
  const both = await Promise.all([bench(['--scenario', 'smoke']), bench(['--scenario', 'smoke'])])
  expect(both.map(({ code }) => code)).toEqual([0, 0])
  expect(leftovers()).toMatchObject({ servers: [], temporary: [] })
  expect(leftovers().results).toHaveLength(2)
})
