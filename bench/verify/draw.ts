import type { Fault } from '../../mocks/index.ts'
import { seededNumber } from '../run/index.ts'
import type { ActorPlan, Workload } from './plan.ts'

/** Draws for one schedule, each from the seed and from what it is for: none depends on another. */
export class Draw {
  constructor(readonly seed: number) {}

  number(about: string): number {
    return seededNumber(this.seed, about)
  }

  chance(about: string, probability: number): boolean {
    return this.number(about) < probability
  }

  /** Both ends included. */
  int(about: string, least: number, most: number): number {
    return least + Math.floor(this.number(about) * (most - least + 1))
  }

  pick<T>(about: string, from: readonly T[]): T {
    return from[this.int(about, 0, from.length - 1)] as T
  }

  /** As likely between 1 and 10 as between 10 and 100. Whole numbers, so that plans are readable. */
  log(about: string, least: number, most: number): number {
    return Math.round(least * (most / least) ** this.number(about))
  }
}

/** Statements take 1 to 200 ms, calls 20 ms to 2 s: of two actors one is often far ahead of the other. */
const STATEMENT_MS = [1, 200] as const
const CALL_MS = [20, 2_000] as const
/** More changes of speed find orders that need more of them, and find others less often. */
const MOST_CHANGES = 3

/**
 * One worker that meets a crash, and with this chance another that does not: both help where they can.
 * @param crash What becomes of the first.
 */
export function drawWorkersWithCrash(
  draw: Draw,
  helperChance: number,
  crash: Partial<ActorPlan>,
): ActorPlan[] {
  return Array.from({ length: draw.chance('helper', helperChance) ? 2 : 1 }, (_, index) =>
    drawWorker(draw, index, 40, {
      join: true,
      invocations: 2,
      ...drawSkew(draw, index, 40),
      ...(index === 0 ? crash : {}),
    }),
  )
}

/**
 * A worker whose speed is drawn over orders of magnitude, and drawn again at up to three places. So a few
 * decisions make one actor overtake another at a place, as in PCT (Burckhardt and others, ASPLOS 2010),
 * where an order that needs d of them is met with a known probability; here speeds stand for priorities.
 * @param length About how many statements and calls it will send.
 */
export function drawWorker(
  draw: Draw,
  index: number,
  length: number,
  over: Partial<ActorPlan> = {},
): ActorPlan {
  const about = (what: string) => `actor:${index}:${what}`
  // In most schedules the actors keep step with each other: what happens at the same time is rare among those that do not.
  const inStep = draw.chance('in-step', 0.6) && draw.chance(about('in-step'), 0.9)
  const near = (ms: number, what: string) => Math.round(ms * 1.4 ** (draw.number(about(what)) - 0.5))
  const common = {
    statementMs: draw.log('common:statement', 5, STATEMENT_MS[1]),
    callMs: draw.log('common:call', ...CALL_MS),
  }
  const speed = (what: string) => ({
    statementMs: inStep
      ? near(common.statementMs, `${what}:statement`)
      : draw.log(about(`${what}:statement`), ...STATEMENT_MS),
    callMs: inStep ? near(common.callMs, `${what}:call`) : draw.log(about(`${what}:call`), ...CALL_MS),
  })
  const first = speed('start')
  const changes = Array.from({ length: draw.int(about('changes'), 0, MOST_CHANGES) }, (_, n) => ({
    at: draw.int(about(`change:${n}`), 2, length),
    ...speed(`change:${n}`),
  }))
  // A single slow statement: what the others do meanwhile falls between it and the one before.
  if (draw.chance(about('pause'), 0.7)) {
    const at = draw.int(about('pause:at'), 2, length)
    const before = changes.filter((change) => change.at <= at).sort((one, other) => other.at - one.at)[0]
    const { statementMs, callMs } = before ?? first
    changes.push({ at, statementMs: draw.log(about('pause:ms'), 100, 1_500), callMs })
    changes.push({ at: at + 1, statementMs, callMs })
  }
  return {
    job: 'work',
    startMs: inStep ? draw.int(about('start'), 0, common.statementMs) : draw.log(about('start'), 1, 400),
    join: false,
    invocations: 1,
    pauseMs: 300,
    runs: [0],
    ...first,
    changes: changes.sort((one, other) => one.at - other.at),
    skewMs: 0,
    jump: null,
    stall: null,
    diesAt: null,
    killedAfterMs: null,
    databaseFaults: [],
    ...over,
  }
}

/** Who comes again and again while another works or stands still: what is held longer than a lease is then tried. */
export const PATIENT = { invocations: 8, pauseMs: 3_000 } as const

/**
 * A worker of a schedule in which leases are shorter than the work, so that only their renewal keeps it: its
 * statements are short, or a renewal could come too late by right.
 */
export function drawLongWorker(draw: Draw, index: number): Partial<ActorPlan> {
  return {
    statementMs: draw.log(`actor:${index}:long:statement`, 1, 40),
    callMs: draw.log(`actor:${index}:long:call`, 1_500, 6_000),
    changes: [],
    skewMs: 0,
    jump: null,
    databaseFaults: [],
    invocations: 6,
    pauseMs: 900,
  }
}
/** Of such schedules. */
export const SHORT_LEASE_MS = 2_500

/**
 * Which statement of a worker something happens before. Half of them are where its first item ends, after the
 * answer: there results, status, log and counter can come apart.
 */
export function drawPlaceOfHarm(draw: Draw, about: string, length: number): number {
  return draw.chance(`${about}:end`, 0.5) ? draw.int(about, 6, 13) : draw.int(about, 2, length)
}

/** Clocks of processes differ by up to two seconds, and one may jump by as much. */
export function drawSkew(draw: Draw, index: number, length: number): Pick<ActorPlan, 'skewMs' | 'jump'> {
  const about = `actor:${index}:skew`
  if (!draw.chance(about, 0.3)) return { skewMs: 0, jump: null }
  const ms = (what: string) => draw.int(`${about}:${what}`, -1_000, 1_000)
  const jumps = draw.chance(`${about}:jumps`, 0.3)
  return { skewMs: ms('by'), jump: jumps ? { at: draw.int(`${about}:at`, 1, length), ms: ms('jump') } : null }
}

/** Ends of transactions that PostgreSQL decides on: the engine is to try again. */
export function drawConflicts(draw: Draw, index: number, length: number): ActorPlan['databaseFaults'] {
  const about = `actor:${index}:conflict`
  if (!draw.chance(about, 0.3)) return []
  return Array.from({ length: draw.int(`${about}:count`, 1, 2) }, (_, n) => ({
    at: draw.int(`${about}:${n}`, 1, length),
    kind: draw.pick(`${about}:${n}:kind`, ['deadlock', 'serialisation-failure'] as const),
  }))
}

/** Answers of the API that a retry cures. */
export function drawApiFaults(draw: Draw, requests: number): Fault[] {
  if (!draw.chance('api', 0.25)) return []
  const nthRequest = draw.int('api:nth', 1, requests)
  return [
    draw.pick<Fault>('api:kind', [
      { kind: 'truncated', nthRequest },
      { kind: 'malformed-json', nthRequest },
      { kind: 'schema-violation', nthRequest },
      { status: 500, nthRequest },
      { status: 529, nthRequest },
      { status: 429, nthRequest, retryAfterSeconds: 1 },
    ]),
  ]
}

/** The smallest pipeline in which two have something to do: a card an upload, an epic a card, and so on. */
export function smallWorkload(over: Partial<Workload> = {}): Workload {
  return {
    runs: 1,
    uploads: 1,
    cardsPerUpload: 1,
    cardsPerEpic: 1,
    storiesPerEpic: 1,
    subtasksPerStory: 1,
    budgetMs: 300_000,
    leaseMs: 10_000,
    start: 'new',
    sharedGovernor: false,
    ...over,
  }
}
