// A process that carries out schedules for `verify`, on a database of its own.
import { explainSchedule, timelineOf } from './explain.ts'
import { Judge } from './judge.ts'
import { savedSchedule } from './saved-schedule.ts'
import { drawPlan, formatName, type ScheduleName } from './schedule.ts'
import { shrink } from './shrink.ts'
import type { FromWorker, ScheduleOutcome, ShrunkFailure, ToWorker } from './worker-messages.ts'
import { VerifyWorld } from './world.ts'

/** Steps of a history that a report shows before and after the place where it goes wrong. */
const STEPS_SHOWN = 14

// Who started it says when it ends: Ctrl-C in a terminal comes here, too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
process.on('disconnect', () => process.exit(0))

let judge: Judge | undefined

function opened(): Judge {
  if (!judge) throw new Error('expected the database to be named first')
  return judge
}

async function judgeAll(names: readonly ScheduleName[]): Promise<ScheduleOutcome[]> {
  const outcomes: ScheduleOutcome[] = []
  for (const name of names) {
    try {
      const { violations } = await opened().judge(drawPlan(name))
      outcomes.push({ name, invariants: [...new Set(violations.map(({ invariant }) => invariant))] })
    } catch (error) {
      outcomes.push({ name, invariants: [], broken: error instanceof Error ? error.message : String(error) })
    }
  }
  return outcomes
}

async function shrinkOne(name: ScheduleName, tries: number): Promise<ShrunkFailure> {
  const first = await opened().judge(drawPlan(name))
  if (first.violations.length === 0) {
    throw new Error(`${formatName(name)} was violated, and is not when it is repeated`)
  }
  const smallest = await shrink(first, (plan) => opened().judge(plan), tries)
  const { executed, violations } = smallest
  return {
    saved: savedSchedule(formatName(name), smallest),
    steps: first.executed.trace.length,
    stepsShrunk: executed.trace.length,
    explanation: explainSchedule(executed.plan, executed.trace, violations, { around: STEPS_SHOWN }),
    timeline: timelineOf(executed.plan, executed.trace, violations, STEPS_SHOWN),
  }
}

async function answer(message: ToWorker): Promise<FromWorker> {
  switch (message.type) {
    case 'open':
      judge = new Judge(await VerifyWorld.open(message.url))
      return { type: 'opened' }
    case 'judge':
      return { type: 'judged', id: message.id, outcomes: await judgeAll(message.names) }
    case 'shrink':
      return { type: 'shrunk', id: message.id, failure: await shrinkOne(message.name, message.tries) }
  }
}

process.on('message', (message: ToWorker) => {
  answer(message).then(
    (reply) => process.send?.(reply),
    (error: unknown) => {
      const id = 'id' in message ? message.id : -1
      process.send?.({ type: 'failed', id, message: error instanceof Error ? error.message : String(error) })
    },
  )
})
