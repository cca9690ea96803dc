import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Fault } from '../../../mocks/index.ts'
import type { Scenario, ScenarioLatency, ScenarioLimits } from '../../../scenarios/index.ts'

/** How the system under load is set up. */
export interface SystemOptions {
  /** Processes that serve HTTP. */
  readonly engines: number
  /** Processes that take jobs from the queue; 0: the client calls process-next. */
  readonly workers: number
  /** Connections of each process's pool. */
  readonly poolSize: number
  readonly timeScale: number
  readonly allowUnsafe: boolean
  readonly seed: number
  /** That the mock injects. */
  readonly faults: readonly Fault[]
  /** What the mock is made from. */
  readonly profile: { readonly limits: ScenarioLimits; readonly latency: ScenarioLatency }
}

const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const START = pathOf('../../cli/start.ts')
const WORKER = pathOf('../../cli/worker.ts')
const MOCK = pathOf('../../../mocks/server/cli.ts')

/** The one place that knows which option of `npm start` says what. */
export function engineArguments(scenario: Scenario, options: SystemOptions): string[] {
  const dispatch = options.workers > 0 ? 'pg-boss' : 'inline'
  return [START, '--port', '0', '--dispatch', dispatch, ...engineOptions(scenario, options)]
}

/** The same of `npm run worker`. */
export function workerArguments(scenario: Scenario, options: SystemOptions): string[] {
  return [WORKER, ...engineOptions(scenario, options)]
}

/** The same of `npm run mock`. @param folder Holds profile.json and faults.json. */
export function mockArguments(folder: string, { seed, timeScale }: SystemOptions): string[] {
  return [
    MOCK,
    ...['--port', '0', '--seed', String(seed), '--time-scale', String(timeScale)],
    ...['--profile', join(folder, 'profile.json'), '--faults', join(folder, 'faults.json')],
  ]
}

/** What a process says when it is ready. */
export interface ReadyProcess {
  /** Empty for a worker, which serves nothing but metrics. */
  readonly url: string
  /** Where it serves metrics in the text form of Prometheus; undefined where it does not. */
  readonly metricsUrl: string | undefined
}

/** Reads it from what was printed; undefined as long as not all of it is there. */
export function readReady(output: string, kind: 'engine' | 'worker' | 'mock'): ReadyProcess | undefined {
  if (kind === 'mock') {
    const mock = /^Claude API mock on (\S+) .*\n/m.exec(output)?.[1]
    return mock === undefined ? undefined : { url: mock, metricsUrl: `${mock}/metrics` }
  }
  const metricsUrl = /^Metrics: (\S+)\n/m.exec(output)?.[1]
  if (kind === 'worker') return metricsUrl === undefined ? undefined : { url: '', metricsUrl }
  const url = /API on (\S+);.*Runs go on/s.exec(output)?.[1]
  return url === undefined ? undefined : { url, metricsUrl }
}

/** What both are told. */
function engineOptions({ name, engine, claude }: Scenario, options: SystemOptions): string[] {
  return [
    ...['--scenario', name, '--pacing', engine.pacing, '--model', claude.model],
    ...['--budget', String(Math.round(engine.budgetMs / 1_000))],
    ...['--pool', String(options.poolSize), '--time-scale', String(options.timeScale)],
    ...['--metrics-port', '0', '--log-level', 'warn'],
    ...(options.allowUnsafe ? ['--allow-unsafe'] : []),
  ]
}
