import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { rememberedAnswers } from '../bench/gate/statistics/answers.ts'
import { startSampler } from '../bench/gate/statistics/sampler-process.ts'
import { baseSide } from '../bench/gate/statistics/sides.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const uploads = [{ filename: 'a.md', content: 'The clerk corrects the invoice, and the lead counts.' }]
let server: DatabaseServer
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gate-statistics-test-'))
  server = await startDatabaseServer()
})
afterAll(async () => {
  await server?.close()
  rmSync(folder, { recursive: true })
})

async function sample(tree: string, burn = 0) {
  const database = await server.createDatabase()
  const setting = { databaseUrl: database.url, uploads, warmUpRuns: 1, burn }
  const signal = new AbortController().signal
  return startSampler(tree, setting, rememberedAnswers(1), signal)
}

/** A checkout with the measuring program and the engine of this one, but for its index. */
function treeWithEngine(name: string, index: string): string {
  const tree = join(folder, name)
  for (const part of ['engine', 'prisma', 'bench/gate/sampler', 'package.json', 'tsconfig.json']) {
    mkdirSync(dirname(join(tree, part)), { recursive: true })
    cpSync(join(root, part), join(tree, part), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'), 'junction')
  writeFileSync(join(tree, 'engine', 'index.ts'), index)
  return tree
}

test('a sampler measures whole runs of the engine in its tree, and the statements', async () => {
  const sampler = await sample(root)
  try {
    const { figures } = await sampler.ask('batch')
    expect(figures.cpuMs).toBeGreaterThan(0)
    expect(figures.wallMs).toBeGreaterThan(0)
    // What Prisma keeps, and what a batch allocates beside it.
    expect(figures.peakBytes).toBeGreaterThan(1e7)
    const { wallMs } = await sampler.ask('statements')
    expect(Object.keys(wallMs).sort()).toEqual(['claim', 'createMany', 'logConcat', 'transaction'])
    const end = await sampler.ask('end')
    // Both from V8's heap: a batch allocates megabytes, and Prisma alone keeps more than ten.
    expect(end.figures.allocatedBytes).toBeGreaterThan(1e6)
    expect(end.figures.retainedBytes).toBeGreaterThan(1e7)
  } finally {
    await sampler.stop()
  }
})

test('a profile names the functions that take processor time, and those that hold memory', async () => {
  const tree = treeWithEngine(
    'dear',
    `import { createEngine as original } from './engine.ts'
export { TIER_FLAGS } from './flags.ts'
const held: number[][] = []
function spins() { let sum = 0; for (let turn = 0; turn < 5_000_000; turn++) sum = Math.imul(sum ^ turn, 3); return sum }
function holds() { held.push(new Array(20_000).fill(held.length)) }
export const createEngine: typeof original = (options) => {
  const engine = original(options)
  return { ...engine, createRun: (uploads, own) => { spins(); holds(); return engine.createRun(uploads, own) } }
}
`,
  )
  const sampler = await sample(tree)
  try {
    const { functions } = await sampler.ask('profile')
    const top = (cost: 'cpuMs' | 'retainedBytes') =>
      functions
        .filter(({ place }) => place.startsWith('engine/'))
        .sort((one, other) => other[cost] - one[cost])[0]
    expect(top('cpuMs')?.place).toBe('engine/index.ts spins')
    // Two runs in a batch, each of which keeps 20,000 numbers of 8 bytes.
    expect(top('retainedBytes')).toMatchObject({ place: 'engine/index.ts holds' })
    expect(top('retainedBytes')?.retainedBytes).toBeGreaterThan(300_000)
  } finally {
    await sampler.stop()
  }
})

test('what is held in the course of a run alone is in the peak, and not in what stays', async () => {
  const tree = treeWithEngine(
    'large',
    `import { createEngine as original } from './engine.ts'
export { TIER_FLAGS } from './flags.ts'
let held: number[] | undefined
export const createEngine: typeof original = (options) => {
  const engine = original(options)
  const processNext: typeof engine.processNext = async (...args) => {
    held = new Array(1_000_000).fill(0.5)
    try { return await engine.processNext(...args) } finally { held = undefined }
  }
  return { ...engine, processNext }
}
`,
  )
  const measured = async (one: string) => {
    const sampler = await sample(one)
    try {
      const { figures } = await sampler.ask('batch')
      return { ...figures, ...(await sampler.ask('end')).figures }
    } finally {
      await sampler.stop()
    }
  }
  const [usual, large] = [await measured(root), await measured(tree)]
  // A million numbers of 8 bytes.
  expect(large.peakBytes - usual.peakBytes).toBeGreaterThan(7e6)
  expect(large.retainedBytes - usual.retainedBytes).toBeLessThan(1e6)
})

test('an engine whose interface is another cannot be measured, and says why', async () => {
  const tree = treeWithEngine('other', 'export const TIER_FLAGS = [{}, {}, {}, {}]\n')
  await expect(sample(tree)).rejects.toThrow(/createEngine/)
})

test('an engine that does not finish its run cannot be measured', async () => {
  const tree = treeWithEngine(
    'busy',
    `export const TIER_FLAGS = [{}, {}, {}, {}]
export const createEngine = () => ({ createRun: async () => 'a', processNext: async () => ({ state: 'busy' }) })
`,
  )
  await expect(sample(tree)).rejects.toThrow('expected the run to be completed, got busy')
})

test('an engine that asks something else each time cannot be measured', async () => {
  const tree = treeWithEngine(
    'moody',
    `export const TIER_FLAGS = [{}, {}, {}, {}]
let n = 0
export const createEngine = ({ claude }) => ({
  createRun: async () => 'a',
  processNext: async () => {
    const messages = [{ role: 'user', content: 'question ' + ++n }]
    await claude.messages.create({ model: 'claude-haiku-4-5', max_tokens: 10, messages })
    return { state: 'finished', status: 'COMPLETED' }
  },
})
`,
  )
  const sampler = await sample(tree)
  try {
    await expect(sampler.ask('batch')).rejects.toThrow('its prompts are others each time')
  } finally {
    await sampler.stop()
  }
})

test('a sampler that dies is an error, not an endless wait', async () => {
  const tree = treeWithEngine('dead', 'export const [TIER_FLAGS, createEngine] = []\nprocess.exit(7)\n')
  await expect(sample(tree)).rejects.toThrow('it ended with 7')
})

function gate(...args: string[]): Promise<{ code: number; stderr: string }> {
  const command = ['--import', 'tsx', 'bench/cli/gate.ts', '--scenario', 'smoke', ...args]
  return new Promise((resolve) =>
    execFile(process.execPath, command, { cwd: root }, (error, _, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stderr }),
    ),
  )
}

test('--statistical without a commit to compare with ends with 2', async () => {
  const { code, stderr } = await gate('--statistical')
  expect([code, stderr]).toEqual([2, expect.stringContaining('expected --statistical with --base')])
})

test('--statistical without thresholds ends with 2, before anything is measured', async () => {
  const budgets = join(folder, 'budgets.yaml')
  const zero = '{ absolute: 0 }'
  writeFileSync(
    budgets,
    `defaults: { count: ${zero}, duration: ${zero}, cost: ${zero}, share: ${zero}, plan: ${zero} }\nexceptions: []\n`,
  )
  const { code, stderr } = await gate('--base', 'HEAD', '--statistical', '--budgets', budgets)
  expect(code).toBe(2)
  expect(stderr).toContain('expected thresholds of the statistical metrics')
})

test('a base whose migrations differ is measured on databases with its own schema', async () => {
  const tree = treeWithEngine('migrated', '')
  const migration = join(tree, 'prisma', 'migrations', '20990101000000_more')
  mkdirSync(migration)
  writeFileSync(join(migration, 'migration.sql'), 'CREATE TABLE "Other" ("id" TEXT PRIMARY KEY);\n')
  const side = await baseSide('the base', tree, server)
  const database = await side.createDatabase()
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const { rows } = await client.query(
    `SELECT to_regclass('"Other"')::text AS other, to_regclass('"Run"')::text AS run`,
  )
  await client.end()
  await database.drop()
  expect(rows).toEqual([{ other: '"Other"', run: '"Run"' }])
})
