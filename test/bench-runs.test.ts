import { Worker } from 'node:worker_threads'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import {
  type FinishedRun,
  generateDocuments,
  modeOfTier,
  type RunSetting,
  runOnce,
} from '../bench/run/index.ts'
import { type Flags, parseFlags, TIER_FLAGS } from '../engine/index.ts'
import type { Repetition } from '../reports/index.ts'
import { SCENARIOS, type Scenario } from '../scenarios/index.ts'

let server: DatabaseServer
beforeAll(async () => {
  server = await startDatabaseServer({})
})
afterAll(() => server.close())

function scenarioNamed(name: string): Scenario {
  const scenario = SCENARIOS.find((candidate) => candidate.name === name)
  if (!scenario) throw new Error(`no scenario ${name}`)
  return scenario
}
const smoke = scenarioNamed('smoke')

function run(flags: Flags, setting: Partial<RunSetting> = {}): Promise<Repetition> {
  const scenario = setting.scenario ?? smoke
  const { uploads } = generateDocuments(scenario, 1)
  const signal = new AbortController().signal
  return runOnce({
    server,
    scenario,
    flags,
    allowUnsafe: true,
    seed: 1,
    uploads,
    clock: 'virtual',
    signal,
    ...setting,
  })
}

const exact = ({ wallMs: _, ...figures }: Repetition) => figures
const countOf = (repetition: Repetition, shape: string) =>
  repetition.roundTrips.filter((group) => group.shape === shape).reduce((sum, group) => sum + group.count, 0)

test('each flag alone gives the sequential output, and changes what it is there to change', async () => {
  const base = await run(TIER_FLAGS[0])
  const alone = async (text: string) => {
    const repetition = await run(parseFlags(text))
    expect(repetition.output.digest, text).toBe(base.output.digest)
    expect(repetition.output.runStatus, text).toBe('COMPLETED')
    return repetition
  }
  const batched = await alone('batchWrites')
  expect([countOf(base, 'INSERT Subtask'), countOf(batched, 'INSERT Subtask')]).toEqual([8, 4])
  expect(countOf(await alone('atomicLog=table'), 'INSERT RunLog')).toBe(base.output.logLines)
  const concat = await alone('atomicLog=concat')
  expect(countOf(concat, 'SELECT Run')).toBe(countOf(base, 'SELECT Run') - base.output.logLines)
  expect(countOf(base, 'BEGIN')).toBe(0)
  expect(countOf(await alone('transactions'), 'BEGIN')).toBeGreaterThan(0)
  const locking = await alone('optimisticLocking')
  // Compare-and-swap needs no read before a claim; at the end of a phase the holder looks for open items.
  expect(countOf(locking, 'SELECT Upload')).toBe(countOf(base, 'SELECT Upload') - base.output.uploads + 1)
  expect((await alone('parallelUploads=2')).phases[0]?.durationMs).toBeLessThan(
    base.phases[0]?.durationMs ?? 0,
  )
  expect((await alone('parallelEpics=2')).phases[2]?.durationMs).toBeLessThan(base.phases[2]?.durationMs ?? 0)
  const governed = await alone('rateGovernor')
  expect(governed.waits.filter((wait) => wait.cause === 'pacing')).toEqual([])
})

test('all modes give the same output', async () => {
  const outputs = []
  for (const tier of [0, 1, 2, 3] as const) outputs.push((await run(modeOfTier(tier).flagsFor(smoke))).output)
  for (const output of outputs) expect(output).toEqual(outputs[0])
})

/** Keeps every core busy until it is told to stop. */
async function keepBusy<T>(work: () => Promise<T>): Promise<T> {
  const spinners = [1, 2].map(() => new Worker('for (;;) {}', { eval: true }))
  try {
    return await work()
  } finally {
    await Promise.all(spinners.map((spinner) => spinner.terminate()))
  }
}

test.each([0, 1, 2, 3] as const)(
  'tier %d gives the same figures to the digit, on an idle and on a busy machine',
  async (tier) => {
    const scenario = scenarioNamed(tier === 3 ? 'rate-limited' : 'smoke')
    const flags = modeOfTier(tier).flagsFor(scenario)
    const idle = exact(await run(flags, { scenario }))
    for (let repetition = 0; repetition < 2; repetition++) {
      expect(exact(await run(flags, { scenario }))).toEqual(idle)
      expect(exact(await keepBusy(() => run(flags, { scenario })))).toEqual(idle)
    }
  },
)

test('heavy contention for one row and for the pool gives one single result, on an idle and on a busy machine', async () => {
  const limited = scenarioNamed('rate-limited')
  const scenario = { ...limited, database: { ...limited.database, poolSize: 5, roundTripMs: 100 } }
  const flags = parseFlags('atomicLog=concat,parallelUploads=10,parallelEpics=10', TIER_FLAGS[3])
  const first = exact(await run(flags, { scenario }))
  const waited = (cause: string) => first.waits.filter((wait) => wait.cause === cause).length
  expect(waited('lock')).toBeGreaterThan(10)
  expect(waited('pool')).toBeGreaterThan(10)
  expect(exact(await run(flags, { scenario }))).toEqual(first)
  expect(exact(await keepBusy(() => run(flags, { scenario })))).toEqual(first)
})

test('another seed gives other documents, content and latencies', async () => {
  const { uploads } = generateDocuments(smoke, 2)
  const [one, two] = [await run(TIER_FLAGS[0]), await run(TIER_FLAGS[0], { seed: 2, uploads })]
  expect(two.output.digest).not.toBe(one.output.digest)
  expect(two.durationMs).not.toBe(one.durationMs)
})

test('two runs at once do not touch each other', async () => {
  const flags = modeOfTier(3).flagsFor(smoke)
  const alone = exact(await run(flags))
  const [first, second] = await Promise.all([run(flags), run(flags)])
  expect(exact(first)).toEqual(alone)
  expect(exact(second)).toEqual(alone)
})

const ROWS = {
  cards: 'Card',
  epics: 'RunEpic',
  stories: 'Story',
  subtasks: 'Subtask',
  uploads: 'Upload',
} as const

test.each([0, 3] as const)('tier %d: the database holds what the result says', async (tier) => {
  const counted: Record<string, number> = {}
  let counters: unknown
  const flags = modeOfTier(tier).flagsFor(smoke)
  const inspect = async ({ databaseUrl, runId }: FinishedRun) => {
    const client = new pg.Client({ connectionString: databaseUrl })
    await client.connect()
    for (const [name, table] of Object.entries(ROWS)) {
      const { rows } = await client.query(`SELECT count(*)::int AS n FROM "${table}" WHERE "runId" = $1`, [
        runId,
      ])
      counted[name] = rows[0].n
    }
    const { rows } = await client.query(
      'SELECT "totalItems", "completedItems", "failedItems", flags FROM "Run"',
    )
    counters = rows
    await client.end()
  }
  const { output } = await run(flags, { inspect })
  expect(counted).toEqual({ uploads: 2, cards: 6, epics: 2, stories: 4, subtasks: 8 })
  expect(output).toMatchObject(counted)
  expect(counters).toEqual([{ totalItems: 8, completedItems: 8, failedItems: 0, flags }])
})

test("the user's own text reaches the prompts of every phase", async () => {
  const uploads = [
    {
      filename: 'a.md',
      content:
        'The zeppelin scheduler must never double-book a mooring mast, even at night in Friedrichshafen.',
    },
    {
      filename: 'b.md',
      content:
        'Quokka keepers need to export feeding rosters as spreadsheets before every veterinary inspection.',
    },
  ]
  let requests: readonly string[] = []
  const inspect = async (finished: FinishedRun) => {
    requests = finished.requests
  }
  await run(TIER_FLAGS[0], { uploads, inspect })
  const prompts = requests.map(
    (body) => (JSON.parse(body) as { messages: { content: string }[] }).messages[0]?.content ?? '',
  )
  for (const { content } of uploads)
    expect(prompts.filter((prompt) => prompt.includes(content)).length).toBeGreaterThan(0)
  const about = (word: RegExp, start: string) =>
    prompts.filter((prompt) => prompt.startsWith(start) && word.test(prompt))
  for (const word of [/zeppelin|mooring|scheduler/i, /quokka|feeding|roster/i]) {
    expect(about(word, '<epic>').length, 'epics').toBeGreaterThan(0)
    expect(about(word, '<story>').length, 'stories').toBeGreaterThan(0)
  }
})

test('a run that is interrupted rejects with the reason', async () => {
  const controller = new AbortController()
  const running = run(TIER_FLAGS[0], { scenario: scenarioNamed('typical'), signal: controller.signal })
  setTimeout(() => controller.abort(new Error('interrupted')), 300)
  await expect(running).rejects.toThrow('interrupted')
})

test('dangerous flags are refused unless they are asked for', async () => {
  await expect(run(parseFlags('parallelEpics=2'), { allowUnsafe: false })).rejects.toThrow(
    /without optimisticLocking/,
  )
})
