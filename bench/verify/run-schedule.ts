import Anthropic from '@anthropic-ai/sdk'
import { createEngine, type Engine, type EngineEvent, idleTransactionTimeoutMs } from '../../engine/index.ts'
import { type ClaudeMock, createClaudeMock } from '../../mocks/index.ts'
import type { PrismaClient } from '../../prisma/generated/client.ts'
import { VirtualClock } from '../clock/index.ts'
import { seededId, seededNumber } from '../run/index.ts'
import { scheduledFetch } from './actor-fetch.ts'
import { ActorSession, actorAtWork, type SessionSetting } from './actor-session.ts'
import { addStory } from './add-story.ts'
import { insertRuns } from './fixture.ts'
import { type ActorPlan, type SchedulePlan, UNDISTURBED } from './plan.ts'
import { type RunState, readRunState } from './run-state.ts'
import type { TraceEntry } from './trace.ts'
import type { VerifyWorld } from './world.ts'

/** What the engine said, by whom, and where in the trace. */
export interface HistoryEvent {
  readonly actor: number
  readonly atMs: number
  /** Index into the trace. */
  readonly place: number
  readonly event: EngineEvent
}

/** One call of process-next. */
export interface InvocationRecord {
  readonly actor: number
  /** Index of the run. */
  readonly run: number
  readonly fromMs: number
  readonly toMs: number
  /** What it answered; `error` where it threw, `died` where its process did. */
  readonly outcome: string
  readonly error?: string
}

/** What a schedule has left: its history, and the database before and after the later invocations. */
export interface ExecutedSchedule {
  readonly plan: SchedulePlan
  readonly trace: readonly TraceEntry[]
  readonly events: readonly HistoryEvent[]
  readonly invocations: readonly InvocationRecord[]
  /** Of each run when all actors had ended or died. */
  readonly before: readonly RunState[]
  /** Of each run after later invocations went on with it as long as there was anything to do. */
  readonly final: readonly RunState[]
}

/** Content is the same in all schedules of a shape: then their outputs can be compared. */
const CONTENT_SEED = 1
/** Who comes after the schedule: quick, and with nothing in its way. */
const LATER: ActorPlan = { ...UNDISTURBED, invocations: 40 }
/** Times in a row that a later invocation is told the run is busy, half a lease apart, before it is stuck. */
const BUSY_IS_STUCK = 8

/**
 * Carries out one schedule: its actors at once, then later invocations until nothing is left to do.
 * @param wrapEngine Puts something else in an engine's place, as the tests do.
 */
export async function runSchedule(
  world: VerifyWorld,
  plan: SchedulePlan,
  wrapEngine: (engine: Engine) => Engine = (engine) => engine,
): Promise<ExecutedSchedule> {
  const runIds = await insertRuns(world.outside, plan.workload, plan.flags, plan.seed)
  const clients: PrismaClient[] = []
  for (let index = 0; index <= plan.actors.length; index++) clients.push(await world.client(index))
  const schedule = new Schedule(world, plan, runIds, clients, wrapEngine)
  try {
    return await schedule.run()
  } finally {
    // What an invocation left running when it failed would go on in the next schedule: it is never answered.
    await schedule.end()
    await world.tidy()
  }
}

class Schedule {
  readonly #clock = new VirtualClock()
  readonly #startMs = this.#clock.now()
  readonly #trace: TraceEntry[] = []
  readonly #events: HistoryEvent[] = []
  readonly #invocations: InvocationRecord[] = []
  readonly #mock: ClaudeMock
  readonly #sessions: ActorSession[] = []

  constructor(
    readonly world: VerifyWorld,
    readonly plan: SchedulePlan,
    readonly runIds: readonly string[],
    readonly clients: readonly PrismaClient[],
    readonly wrapEngine: (engine: Engine) => Engine,
  ) {
    const clock = this.#clock
    this.#mock = createClaudeMock({
      clock: { now: () => clock.now(), sleep: (ms, signal) => clock.sleepInsideIo(ms, signal) },
      seed: CONTENT_SEED,
      latency: { firstTokenMs: 0, perThousandInputTokensMs: 0, tokensPerSecond: 1_000_000, sigma: 0 },
      limits: {},
      faults: plan.apiFaults,
      rejectMs: 1,
    })
  }

  async run(): Promise<ExecutedSchedule> {
    const { plan } = this
    let before: RunState[] = []
    let final: RunState[] = []
    await this.#clock.drive(async () => {
      if (plan.workload.start !== 'new') await this.#reopen(plan.workload.start)
      await Promise.all(plan.actors.map((actor, index) => this.#carryOut(actor, index)))
      before = await this.#readRuns()
      for (const run of this.runIds.keys()) await this.#goOn(run)
      final = await this.#readRuns()
    })
    return {
      plan,
      trace: this.#trace,
      events: this.#events,
      invocations: this.#invocations,
      before,
      final,
    }
  }

  async end(): Promise<void> {
    this.#clock.stop(new Error('the schedule has ended'))
    await Promise.all(this.#sessions.map((session) => session.end()))
  }

  #now(): number {
    return this.#clock.now() - this.#startMs
  }

  #readRuns(): Promise<RunState[]> {
    return this.#clock.io('reading the runs', async () => {
      const states: RunState[] = []
      for (const id of this.runIds) states.push(await readRunState(this.world.outside, id))
      return states
    })
  }

  #session(plan: ActorPlan, index: number): ActorSession {
    const setting: SessionSetting = {
      index,
      plan,
      seed: this.plan.seed,
      clock: this.#clock,
      startMs: this.#startMs,
      trace: this.#trace,
      idleTransactionMs: idleTransactionTimeoutMs(this.plan.workload.budgetMs),
    }
    const session = new ActorSession(setting)
    this.#sessions.push(session)
    return session
  }

  #client(index: number): PrismaClient {
    return this.clients[index] as PrismaClient
  }

  #engine(session: ActorSession): Engine {
    const { workload, flags, seed } = this.plan
    const { index } = session
    return this.wrapEngine(
      createEngine({
        db: this.#client(index),
        claude: new Anthropic({
          apiKey: `verify-${seed}`,
          maxRetries: 0,
          fetch: scheduledFetch(this.#mock.fetch, session),
        }),
        clock: session.clock,
        random: { draw: (about) => seededNumber(seed, `${index}:${about}`) },
        flags,
        allowUnsafe: true,
        model: 'claude-haiku-4-5',
        pacing: 'fast',
        shape: workload,
        ...(workload.sharedGovernor ? { governor: { shared: { key: `verify-${seed}` } } } : {}),
        budgetMs: workload.budgetMs,
        leaseMs: workload.leaseMs,
        newId: (about) => seededId(seed, `${index}:${about}`),
        onEvent: (event) => this.#onEvent(session, event),
      }),
    )
  }

  #onEvent(session: ActorSession, event: EngineEvent): void {
    // A dead process says nothing any more.
    if (session.dead) return
    this.#events.push({ actor: session.index, atMs: this.#now(), place: this.#trace.length, event })
    const text = describeEvent(event)
    if (text) session.note({ kind: 'event', text })
  }

  async #reopen(existing: 'skip' | 'replace' | 'append'): Promise<void> {
    const session = this.#session(LATER, this.plan.actors.length)
    const engine = this.#engine(session)
    await actorAtWork.run(session, async () => {
      for (const id of this.runIds) await engine.regenerate(id, { phase: 'story-generation', existing })
    })
  }

  async #carryOut(actor: ActorPlan, index: number): Promise<void> {
    const session = this.#session(actor, index)
    const work = async () => {
      await session.clock.sleep(actor.startMs)
      if (actor.job === 'add-story') {
        for (const run of actor.runs) await addStory(this.#client(index), this.#runId(run), this.plan.seed)
        return
      }
      const engine = this.#engine(session)
      for (const run of actor.runs) await this.#work(session, engine, actor, run)
    }
    await Promise.race([actorAtWork.run(session, work), session.died])
  }

  #runId(run: number): string {
    return this.runIds[run] as string
  }

  async #work(session: ActorSession, engine: Engine, actor: ActorPlan, run: number): Promise<void> {
    for (let invocation = 1; invocation <= actor.invocations; invocation++) {
      const { outcome } = await this.#invoke(session, engine, actor, run)
      if (outcome.startsWith('finished')) return
      if (outcome !== 'continue') await session.clock.sleep(actor.pauseMs)
    }
  }

  #goOn(run: number): Promise<void> {
    const session = this.#session(LATER, this.plan.actors.length)
    return actorAtWork.run(session, () => this.#invokeUntilEnd(session, run))
  }

  async #invokeUntilEnd(session: ActorSession, run: number): Promise<void> {
    const engine = this.#engine(session)
    let busy = 0
    for (let n = 1; n <= LATER.invocations && busy < BUSY_IS_STUCK; n++) {
      const { outcome } = await this.#invoke(session, engine, LATER, run)
      if (outcome.startsWith('finished') || outcome === 'died') return
      busy = outcome === 'continue' ? 0 : busy + 1
      if (busy > 0) await session.clock.sleep(this.plan.workload.leaseMs / 2)
    }
  }

  async #invoke(
    session: ActorSession,
    engine: Engine,
    actor: ActorPlan,
    run: number,
  ): Promise<InvocationRecord> {
    const fromMs = this.#now()
    const ended = new AbortController()
    if (actor.killedAfterMs !== null) {
      this.#clock.sleep(actor.killedAfterMs, ended.signal).then(
        () => session.die(`${actor.killedAfterMs} ms after its invocation began`),
        () => {},
      )
    }
    let outcome: string
    let error: string | undefined
    try {
      const answer = await Promise.race([
        engine.processNext(this.#runId(run), { join: actor.join }),
        session.died.then(() => ({ state: 'died' as const })),
      ])
      outcome = answer.state === 'finished' ? `finished ${answer.status}` : answer.state
    } catch (thrown) {
      outcome = 'error'
      error = thrown instanceof Error ? thrown.message : String(thrown)
    }
    ended.abort(new Error('the invocation has ended'))
    const record: InvocationRecord = {
      actor: session.index,
      run,
      fromMs,
      toMs: this.#now(),
      outcome,
      ...(error === undefined ? {} : { error }),
    }
    this.#invocations.push(record)
    if (outcome !== 'died') session.note({ kind: 'event', text: `process-next: ${outcome}` })
    return record
  }
}

/** What of an event a reader of the history needs. */
function describeEvent(event: EngineEvent): string | undefined {
  switch (event.type) {
    case 'phase-started':
      return `works on ${event.phase}`
    case 'call-started':
      return `calls Claude for ${event.item}`
    case 'item-ended':
      return `${event.item}: ${event.outcome}`
    default:
      return undefined
  }
}
