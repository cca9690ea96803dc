import type { HazardResult, VerifyResult, VerifySide } from './verify-schema.ts'

const FLAGS = {
  batchWrites: true,
  atomicLog: 'table',
  optimisticLocking: true,
  transactions: true,
  parallelUploads: 1,
  parallelEpics: 1,
  rateGovernor: false,
} as const

const side = (violated: number, atMost: number): VerifySide => ({
  flags: FLAGS,
  schedules: 100,
  violated,
  atMost,
  invariants: [],
  broken: [],
  failures: [],
})

const removed: HazardResult = {
  id: 'H1',
  title: 'two processes enter RUNNING',
  removedBy: ['optimisticLocking'],
  promised: true,
  off: side(40, 0.5),
  on: side(0, 0.0295),
  verdict: 'removed',
}

const violated: HazardResult = {
  ...removed,
  id: 'H5',
  title: 'an epic or upload is processed twice',
  on: {
    ...side(1, 0.05),
    failures: [
      {
        name: 'H5-tier2-on-7',
        file: 'schedules/H5-tier2-on-7.json',
        invariant: 'an item ends once',
        detail: 'upload <img src=x onerror=alert(1)> ended twice',
        steps: 40,
        stepsShrunk: 12,
        explanation: ['>> 10 UPDATE Upload'],
        timeline: {
          columns: ['actor 1', 'actor 2'],
          steps: [
            { atMs: 5, column: 0, kind: 'event', text: 'works on card-analysis', wrong: false },
            { atMs: 10, column: 1, kind: 'statement', text: "UPDATE Upload SET status = 'x'", wrong: true },
          ],
          hidden: 0,
        },
      },
    ],
  },
  verdict: 'violated',
}

/** Tier 2 with one hazard that was found with the flags on, after a Tier 1 that is not safe. */
export const VERIFY_RESULT: VerifyResult = {
  schemaVersion: 2,
  tierbench: '0.1.0',
  startedAt: '2026-11-24T08:00:00.000Z',
  wallMs: 60_000,
  command: 'npm run verify -- --tier 2',
  environment: {
    node: 'v20.19.0',
    os: 'Linux 6',
    cpu: 'a processor',
    cores: 2,
    memoryBytes: 8_000_000_000,
    database: { version: '18.4', source: 'embedded', settings: {} },
    packages: {},
    git: { commit: 'abcdef0123456789', dirty: false },
  },
  tier: 2,
  seed: 1,
  schedules: 100,
  shard: null,
  cutShort: false,
  hazards: [removed, violated],
  real: [{ name: 'kill -9', state: 'passed', detail: 'done' }],
  verdict: {
    rollOut: false,
    reasons: ['H5, an epic or upload is processed twice: violated in 1 of 100'],
  },
  advice: {
    lowerTiers: [
      {
        tier: 1,
        state: 'do-not-roll-out',
        result: {
          source: 'results/x/verify.json',
          startedAt: '2026-11-23T08:00:00.000Z',
          commit: 'abcdef0123456789',
          dirty: false,
          schedules: 100,
          reason: 'H3, lost log lines: violated in 2 of 100',
        },
      },
    ],
    orderKept: false,
    bench: {
      source: 'result.json',
      gains: [
        {
          scenario: 'typical',
          durationMs: { own: 3_000, below: 4_000 },
          roundTrips: { own: 10, below: 9 },
          costUsd: { own: 0.1, below: 0.1 },
        },
      ],
    },
  },
}
