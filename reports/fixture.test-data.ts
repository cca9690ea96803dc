/**
 * A plausible result for the tests of the renderers: two scenarios in four modes, laid out on slots by a
 * few lines of arithmetic. Only tests import it.
 */
import { durationOf } from './duration-of.test-data.ts'
import { ablationOf, limitsOf, scalingOf } from './fixture-curves.test-data.ts'
import type {
  BenchResult,
  ModeResult,
  PhaseName,
  Repetition,
  ResultFlags,
  ScenarioResult,
  VariantResult,
} from './result-schema.ts'

/** Shown as text, or a report can be made to run what a scenario's author wrote. */
export const HOSTILE = '<script>alert(1)</script>'

interface World {
  readonly uploads: number
  readonly cardsPerUpload: number
  readonly epics: number
  readonly storiesPerEpic: number
  readonly subtasksPerStory: number
  readonly roundTripMs: number
  readonly pacingMs: number
  /** In parallel mode, every nth call meets a 429 first; 0 for never. */
  readonly rateLimitEvery: number
  readonly parallel: number
}

interface PhasePlan {
  readonly phase: PhaseName
  readonly item: string
  readonly items: number
  readonly slots: number
  readonly answerMs: number
  readonly tokens: readonly [number, number]
  readonly roundTrips: Readonly<Record<string, number>>
}

const RETRY_MS = 3000
const REJECTED_MS = 150

/** Flags of the four modes, as tiers 0 to 3 set them. */
export function flagsOf(mode: string, parallel = 3): ResultFlags {
  const tier = ['sequential', 'batched', 'safe', 'parallel'].indexOf(mode)
  return {
    batchWrites: tier >= 1,
    atomicLog: tier >= 1 ? 'concat' : false,
    optimisticLocking: tier >= 2,
    transactions: tier >= 2,
    parallelUploads: tier >= 3 ? parallel : 1,
    parallelEpics: tier >= 3 ? 2 : 1,
    rateGovernor: tier >= 3,
  }
}

function plansOf(mode: string, world: World): readonly PhasePlan[] {
  const flags = flagsOf(mode, world.parallel)
  const writes = (rows: number) => (flags.batchWrites ? 1 : rows)
  const guard: Record<string, number> = flags.transactions ? { BEGIN: 1, COMMIT: 1 } : {}
  const log: Record<string, number> = flags.atomicLog ? {} : { 'SELECT Run': 2 }
  const stories = world.epics * world.storiesPerEpic
  return [
    {
      phase: 'card-analysis',
      item: 'upload',
      items: world.uploads,
      slots: flags.parallelUploads,
      answerMs: 9000,
      tokens: [2600, 700],
      roundTrips: {
        'SELECT Upload': 1,
        'UPDATE Upload': 2,
        'INSERT Card': writes(world.cardsPerUpload),
        'UPDATE Run': 2,
        ...log,
        ...guard,
      },
    },
    {
      phase: 'story-generation',
      item: 'epic',
      items: world.epics,
      slots: flags.parallelEpics,
      answerMs: 14_000,
      tokens: [1800, 1200],
      roundTrips: {
        'SELECT RunEpic': 1,
        'UPDATE RunEpic': 2,
        'INSERT Story': writes(world.storiesPerEpic),
        'INSERT RunStory': writes(world.storiesPerEpic),
        'UPDATE Run': 2,
        ...log,
        ...guard,
      },
    },
    {
      phase: 'subtask-generation',
      item: 'story',
      items: stories,
      slots: flags.parallelEpics,
      answerMs: 6000,
      tokens: [900, 420],
      roundTrips: {
        'UPDATE RunStory': 2,
        'INSERT Subtask': writes(world.subtasksPerStory),
        'UPDATE Run': 2,
        ...log,
        ...guard,
      },
    },
  ]
}

/** One repetition of a mode in a world. */
export function repetitionOf(mode: string, world: World): Repetition {
  const calls: Repetition['calls'] = []
  const attempts: Repetition['attempts'] = []
  const waits: Repetition['waits'] = []
  const roundTrips: Repetition['roundTrips'] = []
  const phases: Repetition['phases'] = []
  let now = 0
  for (const plan of plansOf(mode, world)) {
    const start = now
    const perItem = Object.values(plan.roundTrips).reduce((sum, count) => sum + count, 0)
    const slots = Array.from({ length: plan.slots }, () => start)
    for (let index = 0; index < plan.items; index += 1) {
      const slot = slots.indexOf(Math.min(...slots))
      const item = `${plan.item} ${index + 1}`
      let at = slots[slot] ?? start
      waits.push({ cause: 'pacing', phase: plan.phase, item, startMs: at, endMs: at + world.pacingMs })
      at += world.pacingMs
      const call = calls.length
      const callStart = at
      const limited = mode === 'parallel' && world.rateLimitEvery > 0 && call % world.rateLimitEvery === 0
      if (limited) {
        attempts.push({
          call,
          phase: plan.phase,
          startMs: at,
          endMs: at + REJECTED_MS,
          status: 429,
          inputTokens: 0,
          outputTokens: 0,
        })
        waits.push({
          cause: 'backoff',
          phase: plan.phase,
          item,
          startMs: at + REJECTED_MS,
          endMs: at + REJECTED_MS + RETRY_MS,
        })
        waits.push({
          cause: 'governor',
          phase: plan.phase,
          item,
          startMs: at + REJECTED_MS + RETRY_MS,
          endMs: at + 5000,
        })
        at += 5000
      }
      // Spread the answers over ±10 % in eleven even steps.
      const answerMs = plan.answerMs * (0.9 + 0.02 * (call % 11))
      attempts.push({
        call,
        phase: plan.phase,
        startMs: at,
        endMs: at + answerMs,
        status: 200,
        inputTokens: plan.tokens[0],
        outputTokens: plan.tokens[1],
      })
      at += answerMs
      calls.push({
        id: call,
        phase: plan.phase,
        item,
        startMs: callStart,
        endMs: at,
        attempts: limited ? 2 : 1,
        ok: true,
      })
      slots[slot] = at + perItem * world.roundTripMs
    }
    for (const [shape, count] of Object.entries(plan.roundTrips)) {
      roundTrips.push({
        phase: plan.phase,
        shape,
        count: count * plan.items,
        inTransaction: 0,
        totalMs: count * plan.items * world.roundTripMs,
      })
    }
    now = Math.max(...slots)
    phases.push({ phase: plan.phase, startMs: start, endMs: now, durationMs: now - start, items: plan.items })
  }
  now += 20
  const stories = world.epics * world.storiesPerEpic
  const boundMs = now * (mode === 'parallel' ? 0.82 : 0.34)
  return {
    durationMs: now,
    wallMs: 640,
    phases,
    invocations: [{ startMs: 0, endMs: now, outcome: 'completed' }],
    roundTrips,
    transactions: [],
    peakConnections: mode === 'parallel' ? 3 : 1,
    calls,
    attempts,
    waits,
    limits: world.rateLimitEvery > 0 ? limitsOf(attempts) : [],
    logLinesWritten: 8,
    costUsd: attempts.reduce(
      (sum, attempt) => sum + (attempt.inputTokens * 3 + attempt.outputTokens * 15) / 1e6,
      0,
    ),
    lowerBound: {
      ms: boundMs,
      binding: world.rateLimitEvery > 0 ? 'output-tokens' : 'critical-path',
      parts: {
        'critical-path': boundMs * (world.rateLimitEvery > 0 ? 0.8 : 1),
        concurrency: boundMs * 0.3,
        'output-tokens': boundMs * (world.rateLimitEvery > 0 ? 1 : 0.45),
        requests: boundMs * 0.5,
      },
    },
    efficiency: boundMs / now,
    output: {
      runStatus: 'COMPLETED',
      uploads: world.uploads,
      cards: world.uploads * world.cardsPerUpload,
      epics: world.epics,
      stories,
      subtasks: stories * world.subtasksPerStory,
      logLines: world.uploads + world.epics + stories,
      totalItems: world.uploads + world.epics + stories,
      completedItems: world.uploads + world.epics + stories,
      failedItems: 0,
      firstError: null,
      digest: '7d1a54127b222502f5b79b5fb0803061152a44f92b37e23c6527baf665d4da9a',
    },
  }
}

const MODES = ['sequential', 'batched', 'safe', 'parallel']

function scenarioOf(
  name: string,
  title: string,
  description: string,
  world: World,
  checks: ScenarioResult['checks'],
): ScenarioResult {
  return {
    name,
    title,
    description,
    judgesPlan: true,
    hash: 'c2f0a9e35dfb63a91f01a06ac1fd46f6b1a42ab2c4d3d3fd4a34e1b6c2ab1d90',
    seed: 7,
    uploads: { source: 'generated', files: world.uploads, words: world.uploads * 800 },
    definition: { workload: { uploads: world.uploads, cardsPerUpload: world.cardsPerUpload } },
    budgetMs: 300_000,
    modes: MODES.map((mode, tier) => modeOf(mode, tier, world)),
    variants: world.rateLimitEvery > 0 ? [variantOf(world)] : [],
    unbounded: null,
    ablation: ablationOf(
      repetitionOf('sequential', world),
      repetitionOf('parallel', world),
      flagsOf('parallel', world.parallel),
    ),
    scaling: scalingOf(repetitionOf('sequential', world), repetitionOf('parallel', world)),
    checks,
  }
}

function modeOf(mode: string, tier: number | null, world: World): ModeResult {
  const repetitions = [repetitionOf(mode, world), { ...repetitionOf(mode, world), wallMs: 655 }]
  return { mode, tier, flags: flagsOf(mode, world.parallel), duration: durationOf(repetitions), repetitions }
}

/** Parallel mode without the governor: two of its items fail for good. */
function variantOf(world: World): VariantResult {
  const { repetitions, flags, ...parallel } = modeOf('parallel', null, world)
  return {
    ...parallel,
    mode: 'no governor',
    flags: { ...flags, rateGovernor: false },
    repetitions: repetitions.map((one) => ({
      ...one,
      output: { ...one.output, runStatus: 'COMPLETED_WITH_ERRORS', failedItems: 2 },
    })),
    of: 'parallel',
    description: 'Fixed pacing in place of the rate governor.',
  }
}

/** A world where the API's time is nearly all: Tier 1's headline cannot hold in it. */
export const STEADY: World = {
  uploads: 6,
  cardsPerUpload: 6,
  epics: 6,
  storiesPerEpic: 5,
  subtasksPerStory: 4,
  roundTripMs: 2,
  pacingMs: 1000,
  rateLimitEvery: 0,
  parallel: 3,
}

/** Two scenarios in four modes, two repetitions each; one check failed, one title hostile. */
export function fixtureResult(): BenchResult {
  return {
    schemaVersion: 3,
    tierbench: '0.1.0',
    startedAt: '2026-11-24T05:40:00Z',
    wallMs: 9400,
    clock: 'virtual',
    command: 'npm run bench -- run --scenario steady-team,tight-limits --seed 7 --repetitions 2',
    environment: {
      node: 'v20.19.5',
      os: 'Linux 6.8 x64',
      cpu: 'AMD EPYC 7B13',
      cores: 2,
      memoryBytes: 8 * 2 ** 30,
      database: {
        version: 'PostgreSQL 18.4',
        source: 'embedded',
        settings: { fsync: 'off', synchronous_commit: 'off' },
      },
      packages: { '@prisma/client': '7.10.0', '@anthropic-ai/sdk': '1.12.0' },
      git: { commit: '3ede0a4c2f64dc1b9a5c6f8d7e1b0a9c8d7e6f50', dirty: false },
    },
    modelled: [
      'Claude’s answers, their latency and the API’s rate limits come from a local mock.',
      'The network time of a round trip is set by the scenario: 2 ms.',
    ],
    scenarios: [
      scenarioOf(
        'steady-team',
        'Steady team',
        'Six uploads a run, limits far away: what the tiers give by themselves.',
        STEADY,
        [{ name: 'same output in every mode', ok: true, detail: 'digest 7d1a5412', shown: 'always' }],
      ),
      scenarioOf(
        'tight-limits',
        `Tight limits ${HOSTILE}`,
        `A key whose output tokens a minute are nearly used up | ${HOSTILE}`,
        { ...STEADY, uploads: 8, epics: 8, rateLimitEvery: 4 },
        [
          {
            name: 'log is whole',
            ok: false,
            detail: 'expected 56 lines in parallel, got 54',
            shown: 'when failed',
          },
        ],
      ),
    ],
  }
}
