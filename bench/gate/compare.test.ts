import { expect, test } from 'vitest'
import type { Baseline } from './baseline.ts'
import { BUDGETS } from './budgets.test-data.ts'
import { compare, incomparable } from './compare.ts'
import { COMMENT_MARKER, renderAnnotations, renderJunit, renderMarkdown, renderText } from './render.ts'
import type { RunFigures } from './run-figures.ts'

const MODE: RunFigures = {
  metrics: {
    durationMs: 100_000,
    'durationMs.card-analysis': 10_000,
    'durationMs.story-generation': 30_000,
    'durationMs.subtask-generation': 60_000,
    roundTrips: 500,
    calls: 114,
    attempts: 120,
    rateLimited: 6,
    failedItems: 0,
    inputTokens: 50_000,
    outputTokens: 40_000,
    costUsd: 0.28,
    invocations: 2,
    peakConnections: 4,
    statementsInTransactions: 24,
    transactionMs: 120,
    longestTransactionMs: 25,
    efficiency: 0.5,
    failedChecks: 0,
  },
  parts: {
    statements: { 'story-generation INSERT Story': 12, 'story-generation SELECT RunEpic': 12 },
    inTransaction: { 'story-generation COMMIT': 12, 'story-generation INSERT Story': 12 },
    attempts: { 'card-analysis 200': 114, 'card-analysis 429': 6 },
    waits: { 'story-generation pacing': 12_000, 'subtask-generation pacing': 40_000 },
    callTokens: { 'story-generation call for epic 1': 1_000 },
  },
}

const VERIFIED = { metrics: { schedulesViolated: 0 }, parts: {} }

function baseline(change: (mode: RunFigures) => RunFigures = (mode) => mode): Baseline {
  return {
    schemaVersion: 3,
    resultSchemaVersion: 2,
    commit: 'a'.repeat(40),
    dirty: false,
    seed: 1,
    models: { mock: 'm', prices: 'p', statements: 's' },
    scenarios: { typical: { hash: 'h', modes: { safe: change(MODE) } } },
    probes: { verify: { hash: 'v', modes: { safe: VERIFIED } } },
  }
}

const withMetric = (name: keyof RunFigures['metrics'], value: number) =>
  baseline((mode) => ({ ...mode, metrics: { ...mode.metrics, [name]: value } }))
const gate = (after: Baseline, budgets = BUDGETS) => compare(baseline(), after, budgets, ['typical'])
const CONTEXT = {
  baseline: 'exact.json',
  commits: 'aaa..bbb',
  command: 'npm run gate',
  update: 'npm run gate -- --update',
}

test('the same figures pass, and every metric was compared', () => {
  const { passed, comparisons } = gate(baseline())
  expect(passed).toBe(true)
  expect(comparisons.map(({ verdict }) => verdict)).toEqual(Array(19).fill('same'))
})

test.each([
  ['roundTrips', 501],
  ['calls', 115],
  ['rateLimited', 7],
  ['failedItems', 1],
  ['peakConnections', 5],
  ['statementsInTransactions', 25],
  ['transactionMs', 125],
  ['longestTransactionMs', 30],
  ['durationMs', 100_501],
  ['costUsd', 0.2815],
  ['failedChecks', 1],
] as const)('%s going to %d fails', (metric, value) => {
  const { passed, comparisons } = gate(withMetric(metric, value))
  expect(passed).toBe(false)
  expect(comparisons.filter(({ verdict }) => verdict === 'regressed').map((one) => one.metric)).toEqual([
    metric,
  ])
})

test('a duration may become longer by its budget, and not by more', () => {
  expect(gate(withMetric('durationMs', 100_500))).toMatchObject({ passed: true })
  expect(gate(withMetric('durationMs', 100_500.1))).toMatchObject({ passed: false })
})

test('an improvement passes and is named, for a share as for a count', () => {
  for (const after of [withMetric('roundTrips', 400), withMetric('efficiency', 0.6)]) {
    const outcome = gate(after)
    expect(outcome.passed).toBe(true)
    expect(outcome.comparisons.filter(({ verdict }) => verdict === 'improved')).toHaveLength(1)
    expect(renderText(outcome, CONTEXT)).toContain('--update takes it as the new one')
  }
})

test.each([
  ['costUsd', 0.0063, 0.0064, '$0.000032 is allowed'],
  ['longestTransactionMs', 0.05, 0.06, '0.00025 ms is allowed'],
  ['efficiency', 0.005, 0.006, '0.0025 % is allowed'],
  ['durationMs', 100_000, 100_501, '0.500 s is allowed'],
] as const)('what is allowed of %s is never rounded to nothing', (metric, before, after, sentence) => {
  const base = withMetric(metric, before)
  expect(renderText(compare(base, withMetric(metric, after), BUDGETS, ['typical']), CONTEXT)).toContain(
    sentence,
  )
})

test('the last exception that fits sets the budget of a metric', () => {
  const exceptions = [
    { metric: 'roundTrips', absolute: 1, reason: 'a' },
    { metric: 'roundTrips', scenario: 'typical', mode: 'safe', absolute: 10, reason: 'b' },
    { metric: 'roundTrips', mode: 'parallel', absolute: 0, reason: 'c' },
  ] as const
  const budgets = { ...BUDGETS, exceptions: [...exceptions] }
  expect(gate(withMetric('roundTrips', 510), budgets).passed).toBe(true)
  expect(gate(withMetric('roundTrips', 511), budgets).passed).toBe(false)
})

test('what is missing on either side fails, and so does a comparison of nothing', () => {
  const empty = { ...baseline(), scenarios: {} }
  const noMode = { ...baseline(), scenarios: { typical: { hash: 'h', modes: {} } } }
  for (const [before, after] of [
    [baseline(), empty],
    [empty, baseline()],
    [baseline(), noMode],
    [noMode, baseline()],
    [noMode, noMode],
  ] as const) {
    const outcome = compare(before, after, BUDGETS, ['typical'])
    expect(outcome.passed).toBe(false)
    expect(outcome.missing).toHaveLength(1)
    expect(renderJunit(outcome, CONTEXT)).toContain('<error')
  }
  expect(compare(baseline(), baseline(), BUDGETS, []).passed).toBe(false)
})

test.each([
  ['the seed', { seed: 2 }],
  ['the mock', { models: { mock: 'other', prices: 'p', statements: 's' } }],
  ['the price list', { models: { mock: 'm', prices: 'other', statements: 's' } }],
  ['the cost model', { models: { mock: 'm', prices: 'p', statements: 'other' } }],
  ['the result schema', { resultSchemaVersion: 3 }],
  ['the workload of typical', { scenarios: { typical: { hash: 'other', modes: {} } } }],
])('%s of another kind cannot be compared', (what, change) => {
  expect(incomparable(baseline(), baseline())).toEqual([])
  expect(incomparable(baseline(), { ...baseline(), ...change })).toEqual([expect.stringContaining(what)])
})

test('a failure names the scenario, mode, metric, both values, the statement that changed most, and the command', () => {
  const after = baseline((mode) => ({
    ...mode,
    metrics: { ...mode.metrics, roundTrips: 512 },
    parts: {
      ...mode.parts,
      statements: { ...mode.parts.statements, 'story-generation SELECT RunEpic': 24 },
    },
  }))
  const outcome = gate(after)
  const text = renderText(outcome, CONTEXT)
  expect(text).toContain('typical, safe: database round trips 500 → 512 (+2.40 %); nothing is allowed')
  expect(text).toContain('story-generation SELECT RunEpic: round trips 12 → 24')
  expect(text).toContain('Commits: aaa..bbb\nRepeat it: npm run gate')
  for (const part of ['typical', 'safe', '500', '512', 'SELECT RunEpic']) {
    expect(renderMarkdown(outcome, CONTEXT)).toContain(part)
    expect(renderJunit(outcome, CONTEXT)).toContain(part)
  }
})

test('a longer duration is explained by its phase and what was waited for there, and by no other phase', () => {
  const after = baseline((mode) => ({
    ...mode,
    metrics: { ...mode.metrics, durationMs: 112_000, 'durationMs.story-generation': 42_000 },
    parts: {
      ...mode.parts,
      waits: { 'story-generation pacing': 24_000, 'subtask-generation pacing': 40_100 },
    },
  }))
  const [first] = gate(after).comparisons
  expect(first?.reasons).toEqual([
    'duration of story-generation: 30.000 → 42.000 s',
    'story-generation pacing: waiting 12000 → 24000 ms',
  ])
})

test('a schedule that is violated fails, and its name and the command that replays it are given', () => {
  const violations = { 'H2, lost increments: the counter (npm run verify -- --replay H2-tier2-on-7)': 1 }
  const head = baseline()
  const red = {
    ...head,
    probes: {
      verify: { hash: 'v', modes: { safe: { metrics: { schedulesViolated: 1 }, parts: { violations } } } },
    },
  }
  const outcome = compare(baseline(), red, BUDGETS, ['verify'])
  expect(outcome.passed).toBe(false)
  expect(outcome.comparisons[0]?.reasons[0]).toContain('--replay H2-tier2-on-7')
})

test('a metric that is missing on either side fails', () => {
  const lacks = {
    ...baseline(),
    probes: { verify: { hash: 'v', modes: { safe: { metrics: {}, parts: {} } } } },
  }
  for (const [before, after] of [
    [baseline(), lacks],
    [lacks, baseline()],
  ] as const) {
    const outcome = compare(before, after, BUDGETS, ['verify'])
    expect(outcome.passed).toBe(false)
    expect(outcome.missing[0]?.reason).toContain('schedules violated with the flags on is missing')
  }
})

test('more tokens are explained by the phase and the call that changed most', () => {
  const after = baseline((mode) => ({
    ...mode,
    metrics: { ...mode.metrics, inputTokens: 50_200 },
    parts: { ...mode.parts, callTokens: { 'story-generation call for epic 1': 1_200 } },
  }))
  const one = gate(after).comparisons.find(({ metric }) => metric === 'inputTokens')
  expect(one?.reasons).toEqual(['story-generation call for epic 1: tokens 1000 → 1200'])
})

test('a slot that is lost is explained by the calls that were under way at once', () => {
  const change = (atOnce: number, durationMs: number) =>
    baseline((mode) => ({
      ...mode,
      metrics: { ...mode.metrics, durationMs, 'durationMs.subtask-generation': durationMs - 40_000 },
      parts: { ...mode.parts, atOnce: { 'subtask-generation': atOnce } },
    }))
  const { comparisons } = compare(change(3, 100_000), change(2, 130_000), BUDGETS, ['typical'])
  expect(comparisons[0]?.reasons).toContain('subtask-generation: calls under way at once 3 → 2')
})

const CHATTIER = gate(
  baseline((mode) => ({
    ...mode,
    metrics: { ...mode.metrics, roundTrips: 512 },
    parts: {
      ...mode.parts,
      statements: { ...mode.parts.statements, 'story-generation SELECT RunEpic': 24 },
    },
  })),
)

test('JUnit and Markdown name the commits and the command, and the comment can be found again', () => {
  expect(renderJunit(CHATTIER, CONTEXT)).toContain('Commits: aaa..bbb')
  const markdown = renderMarkdown(CHATTIER, CONTEXT)
  expect(markdown.startsWith(COMMENT_MARKER)).toBe(true)
  expect(markdown).toContain('Commits aaa..bbb. Repeat it: `npm run gate`')
})

test('an annotation stands at the file of its phase, on one line, with nothing that ends it early', () => {
  expect(renderAnnotations(gate(baseline()), CONTEXT)).toBe('')
  const text = renderAnnotations(CHATTIER, { ...CONTEXT, command: 'npm run gate -- 100%' })
  expect(text.trim().split('\n')).toHaveLength(1)
  expect(text).toMatch(
    /^::error file=engine\/phases\/story-generation\.ts,title=Gate%3A typical%2C safe%3A database round trips::typical, safe: .*%0A.*100%25\n$/,
  )
})

test('what was compared in place of what was asked for is said in every report for people', () => {
  const context = { ...CONTEXT, instead: 'Commit abc cannot be compared: the mock differs.' }
  expect(renderText(CHATTIER, context)).toContain('! Commit abc cannot be compared')
  expect(renderMarkdown(CHATTIER, context)).toContain('> Commit abc cannot be compared')
})

test('an efficiency that fell with its lower bound is no regression: nothing is slower', () => {
  const changed = (durationMs: number, efficiency: number) =>
    gate(baseline((mode) => ({ ...mode, metrics: { ...mode.metrics, durationMs, efficiency } })))
  const efficiencyOf = ({ comparisons }: ReturnType<typeof gate>) =>
    comparisons.find(({ metric }) => metric === 'efficiency')
  const quicker = changed(99_000, 0.45)
  expect(quicker.passed).toBe(true)
  expect(efficiencyOf(quicker)?.verdict).toBe('within budget')
  expect(efficiencyOf(quicker)?.reasons[0]).toBe(
    'the lower bound fell from 50.000 to 44.550 s: so far it may fall, too',
  )
  // The duration is within its own budget of 0.5 %, and then beyond it.
  expect(changed(100_400, 0.45).passed).toBe(true)
  expect(efficiencyOf(changed(101_000, 0.45))?.verdict).toBe('regressed')
  expect(efficiencyOf(changed(101_000, 0.5 / 1.01))?.verdict).toBe('regressed')
})

test('answers that are drawn anew are said to be, from the first phase whose messages changed', () => {
  const drawn = (subtasks: number, calls = 12): RunFigures => ({
    ...MODE,
    parts: {
      ...MODE.parts,
      calls: { 'card-analysis': 6, 'story-generation': calls, 'subtask-generation': 96 },
      tokens: {
        'card-analysis output': 10,
        'story-generation output': 30,
        'subtask-generation output': subtasks,
      },
    },
  })
  const notes = (after: RunFigures) =>
    compare(
      baseline(() => drawn(90)),
      baseline(() => after),
      BUDGETS,
      ['typical'],
    ).notes
  expect(notes(drawn(90))).toEqual([])
  expect(notes(drawn(91))).toEqual([
    expect.stringMatching(/^The answers of subtask-generation are others, .* \(typical safe\)\.$/),
  ])
  // More calls are answered by more tokens, whatever their messages are.
  expect(notes({ ...drawn(90, 13), parts: { ...drawn(90, 13).parts, tokens: {} } })[0]).toContain(
    'The answers of card-analysis',
  )
  const outcome = compare(
    baseline(() => drawn(90)),
    baseline(() => drawn(91)),
    BUDGETS,
    ['typical'],
  )
  expect(renderText(outcome, CONTEXT)).toContain('! The answers of subtask-generation')
  expect(renderMarkdown(outcome, CONTEXT)).toContain('> The answers of subtask-generation')
})

test('of more failures than GitHub shows the last annotation says how many there are', () => {
  const all = Object.fromEntries(Object.keys(MODE.metrics).map((name) => [name, 1e9]))
  const after = baseline((mode) => ({ ...mode, metrics: all as RunFigures['metrics'] }))
  const lines = renderAnnotations(gate(after), CONTEXT).trim().split('\n')
  expect(lines).toHaveLength(10)
  expect(lines.at(-1)).toContain('title=Gate%3A 9 failures more::9 failures more are in the job summary')
  expect(
    renderAnnotations(gate(withMetric('calls', 200)), CONTEXT)
      .trim()
      .split('\n'),
  ).toHaveLength(1)
})

test('a scenario that broke off is missing, with its reason', () => {
  const after = { ...baseline(), scenarios: {} }
  const broken = { typical: 'safe: it broke off: Error: boom' }
  const outcome = compare(baseline(), after, BUDGETS, ['typical'], broken)
  expect(outcome).toMatchObject({ passed: false, missing: [{ scenario: 'typical', reason: broken.typical }] })
})
