import { Bench } from 'tinybench'
import { TIER_FLAGS } from '../../engine/index.ts'
import type { Repetition } from '../../reports/index.ts'
import { validation } from '../../scenarios/index.ts'
import type { DatabaseServer } from '../environment/index.ts'
import { generateDocuments } from './documents.ts'
import { BrokenRunError, runOnce } from './run-once.ts'

/** Slots at which the two clocks are compared. */
export const CONCURRENCIES = [1, 3, 10] as const
/** How far real time may be from virtual time, as a share of it. */
export const TOLERANCE = { endToEnd: 0.02, phase: 0.05 } as const

/** How a duration in real time compares with the same in virtual time. */
export interface Agreement {
  readonly what: string
  readonly virtualMs: number
  /** Mean over the pairs. */
  readonly realMs: number
  /** Half the width of the 95 % confidence interval of `realMs`, by tinybench. */
  readonly marginMs: number
  readonly tolerance: number
  readonly ok: boolean
}

export interface Validation {
  readonly concurrency: number
  readonly durations: readonly Agreement[]
  /** Counts that must be equal in both clocks, e.g. `round trips`. */
  readonly counts: readonly {
    readonly what: string
    readonly virtual: number
    readonly real: readonly number[]
    readonly ok: boolean
  }[]
}

/**
 * Runs one scenario on both clocks in turn, `pairs` times, and compares them.
 * @param progress Told of each pair.
 */
export async function validate(
  server: DatabaseServer,
  concurrency: number,
  pairs: number,
  signal: AbortSignal,
  progress: (line: string) => void,
): Promise<Validation> {
  const flags = { ...TIER_FLAGS[3], parallelUploads: concurrency, parallelEpics: concurrency }
  const { uploads } = generateDocuments(validation, 1)
  const run = (clock: 'virtual' | 'real') =>
    runOnce({ server, scenario: validation, flags, allowUnsafe: false, seed: 1, uploads, clock, signal })
  await run('virtual')
  const virtual: Repetition[] = []
  const real: Repetition[] = []
  for (let pair = 1; pair <= pairs; pair++) {
    progress(`concurrency ${concurrency}, pair ${pair} of ${pairs}`)
    virtual.push(await run('virtual'))
    real.push(await run('real'))
  }
  const model = virtual[0] as Repetition
  const phases = model.phases.map(({ phase }, index) => ({
    what: phase,
    tolerance: TOLERANCE.phase,
    of: (repetition: Repetition) => repetition.phases[index]?.durationMs ?? 0,
  }))
  const wholes = [
    {
      what: 'end to end',
      tolerance: TOLERANCE.endToEnd,
      of: (repetition: Repetition) => repetition.durationMs,
    },
  ]
  const durations = [...wholes, ...phases].map(async ({ what, tolerance, of }): Promise<Agreement> => {
    const { mean, margin } = await meanOf(real.map(of))
    const virtualMs = of(model)
    return {
      what,
      virtualMs,
      realMs: mean,
      marginMs: margin,
      tolerance,
      ok: Math.abs(mean / virtualMs - 1) <= tolerance,
    }
  })
  return {
    concurrency,
    durations: await Promise.all(durations),
    counts: COUNTS.map(({ what, of }) => {
      const counted = real.map(of)
      return {
        what,
        virtual: of(model),
        real: counted,
        ok: [...virtual.map(of), ...counted].every((n) => n === of(model)),
      }
    }),
  }
}

const COUNTS: readonly { readonly what: string; readonly of: (repetition: Repetition) => number }[] = [
  { what: 'round trips', of: ({ roundTrips }) => roundTrips.reduce((sum, group) => sum + group.count, 0) },
  { what: 'calls', of: ({ calls }) => calls.length },
  { what: 'attempts', of: ({ attempts }) => attempts.length },
  { what: '429s', of: ({ attempts }) => attempts.filter((attempt) => attempt.status === 429).length },
  { what: 'subtasks', of: ({ output }) => output.subtasks },
]

/** tinybench's mean and margin of error: its iterations are the samples. */
async function meanOf(samples: readonly number[]): Promise<{ mean: number; margin: number }> {
  let next = 0
  const bench = new Bench({ iterations: samples.length, time: 0, warmup: false, throws: true })
  bench.add('samples', async () => ({ overriddenDuration: samples[next++] as number }), { async: true })
  const [task] = await bench.run()
  if (task?.result.state !== 'completed') throw new BrokenRunError('the samples could not be summed up')
  return { mean: task.result.latency.mean, margin: samples.length > 1 ? task.result.latency.moe : 0 }
}
