import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LoggedError, ProcessResult } from '../../../reports/index.ts'
import type { Scenario } from '../../../scenarios/index.ts'
import { type ChildServer, startChildServer } from '../../environment/index.ts'
import { LoggedErrors } from './logged-errors.ts'
import {
  engineArguments,
  mockArguments,
  type ReadyProcess,
  readReady,
  type SystemOptions,
  workerArguments,
} from './process-arguments.ts'

/** A process of the system under load. */
export interface SystemProcess {
  readonly name: string
  readonly kind: 'engine' | 'worker' | 'mock'
  readonly pid: number
  /** Where it serves metrics in the text form of Prometheus; undefined where it does not. */
  readonly metricsUrl: string | undefined
  /** How it has ended; undefined while it runs. */
  readonly end: ProcessResult['end'] | undefined
}

/** Mock, engines and workers, each in a process of its own. */
export interface LoadedSystem {
  /** URLs of the services that listen, and of those that have died and nobody has replaced. */
  services(): readonly string[]
  /** All that were started, those that have ended too. */
  processes(): readonly SystemProcess[]
  /** What engines and workers have logged as errors until now. */
  loggedErrors(): readonly LoggedError[]
  /**
   * `kill -9` of the last engine, or of the last worker where there are any.
   * @returns what was done
   */
  killOne(restart: boolean): Promise<string>
  close(): Promise<void>
}

/** Starts all of it on a database. */
export async function startSystem(
  scenario: Scenario,
  databaseUrl: string,
  options: SystemOptions,
  signal: AbortSignal,
): Promise<LoadedSystem> {
  const folder = await mkdtemp(join(tmpdir(), 'tierbench-load-'))
  const system = new System(scenario, databaseUrl, folder, options, signal)
  try {
    await writeFile(join(folder, 'profile.json'), JSON.stringify(options.profile))
    await writeFile(join(folder, 'faults.json'), JSON.stringify(options.faults))
    await system.start()
    return system
  } catch (error) {
    await system.close()
    throw error
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

class System implements LoadedSystem {
  readonly #scenario: Scenario
  readonly #databaseUrl: string
  readonly #folder: string
  readonly #options: SystemOptions
  readonly #signal: AbortSignal
  readonly #started: { readonly child: ChildServer<ReadyProcess>; readonly process: SystemProcess }[] = []
  readonly #loggedErrors = new LoggedErrors()
  readonly #replaced = new Set<SystemProcess>()
  #mockUrl = ''

  constructor(
    scenario: Scenario,
    databaseUrl: string,
    folder: string,
    options: SystemOptions,
    signal: AbortSignal,
  ) {
    this.#scenario = scenario
    this.#databaseUrl = databaseUrl
    this.#folder = folder
    this.#options = options
    this.#signal = signal
  }

  async start(): Promise<void> {
    const { engines, workers } = this.#options
    this.#mockUrl = (await this.#startOne('mock', 'mock')).url
    const numbered = (kind: 'engine' | 'worker', count: number) =>
      Array.from({ length: count }, (_, index) => this.#startOne(`${kind} ${index + 1}`, kind))
    const all = await Promise.allSettled([...numbered('engine', engines), ...numbered('worker', workers)])
    for (const one of all) if (one.status === 'rejected') throw one.reason
    // They are ready in any order.
    this.#started.sort((a, b) => a.process.name.localeCompare(b.process.name, 'en', { numeric: true }))
  }

  services(): readonly string[] {
    return this.#started.flatMap(({ child, process }) =>
      process.kind === 'engine' && !this.#replaced.has(process) ? [child.told.url] : [],
    )
  }

  processes(): readonly SystemProcess[] {
    return this.#started.map(({ process }) => process)
  }

  loggedErrors(): readonly LoggedError[] {
    return this.#loggedErrors.all
  }

  async killOne(restart: boolean): Promise<string> {
    const kind = this.#options.workers > 0 ? 'worker' : 'engine'
    const victim = this.#started.findLast(({ process }) => process.kind === kind && !process.end)
    if (!victim) return `there was no ${kind} to be killed`
    const { name } = victim.process
    await victim.child.kill()
    if (!restart) return `kill -9 of ${name}; it was not started again`
    await this.#startOne(`${name}, again`, kind)
    this.#replaced.add(victim.process)
    return `kill -9 of ${name}; it was started again`
  }

  async close(): Promise<void> {
    const stop = (mock: boolean) =>
      Promise.all(
        this.#started
          .filter(({ process }) => (process.kind === 'mock') === mock)
          .map(({ child }) => child.stop()),
      )
    // Those that ask the mock first: what they have under way would fail without it.
    await stop(false)
    await stop(true)
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #startOne(name: string, kind: SystemProcess['kind']): Promise<ReadyProcess> {
    const child = await startChildServer<ReadyProcess>(name, this.#arguments(kind), {
      env: this.#environment(kind),
      ready: (output) => readReady(output, kind),
      onOutput: (text) => this.#loggedErrors.read(name, text),
      signal: this.#signal,
    })
    const process: Mutable<SystemProcess> = {
      name,
      kind,
      pid: child.pid,
      metricsUrl: child.told.metricsUrl,
      end: undefined,
    }
    this.#started.push({ child, process })
    child.ended.then(({ by, output }) => {
      process.end = by === 'itself' ? 'died' : by === 'kill' ? 'killed' : 'stopped'
      // A signal to the whole group of processes ends the children too.
      if (by === 'itself' && !this.#signal.aborted)
        globalThis.process.stderr.write(`tierbench: ${name} ended by itself:\n${output}\n`)
    })
    return child.told
  }

  #arguments(kind: SystemProcess['kind']): string[] {
    switch (kind) {
      case 'mock':
        return mockArguments(this.#folder, this.#options)
      case 'engine':
        return engineArguments(this.#scenario, this.#options)
      case 'worker':
        return workerArguments(this.#scenario, this.#options)
      default:
        return kind satisfies never
    }
  }

  /** What the user's own environment says of a service is not meant for these. */
  #environment(kind: SystemProcess['kind']): Record<string, string | undefined> {
    const none = {
      TIERBENCH_TOKEN: undefined,
      TIER: undefined,
      DISPATCH: undefined,
      OTEL_EXPORTER_OTLP_ENDPOINT: undefined,
    }
    if (kind === 'mock') return none
    return {
      ...none,
      DATABASE_URL: this.#databaseUrl,
      ANTHROPIC_BASE_URL: this.#mockUrl,
      ANTHROPIC_API_KEY: 'tierbench-load',
    }
  }
}
