import { once } from 'node:events'
import { giveBackOrphans, workOnJobs } from '../dispatch/index.ts'
import { type EngineProcess, withEngine } from './engine-process.ts'
import { EXIT, main } from './main.ts'
import { engineLines } from './start-lines.ts'
import { parseWorkerOptions, type WorkerOptions } from './worker-options.ts'

/** Between two looks for jobs where none was due, ms of the engine's time. */
const POLL_MS = 1_000
/** However fast the engine's time runs: the database's does not, ms of the wall clock. */
const LEAST_POLL_MS = 100

/** `npm run worker`: goes on with runs from the queue, until a signal ends it. */
async function worker(signal: AbortSignal): Promise<number> {
  const options = parseWorkerOptions(process.argv.slice(2), process.env)
  await withEngine(options, 'works', signal, (engineProcess) => work(options, engineProcess, signal))
  return EXIT.ok
}

async function work(options: WorkerOptions, parts: EngineProcess, signal: AbortSignal): Promise<void> {
  const { engine, queue, clock, logger, onError } = parts
  if (!queue) throw new Error('expected a queue to take runs from, got none')
  signal.throwIfAborted()
  const leastPauseMs = LEAST_POLL_MS * options.timeScale
  const working = Promise.all([
    workOnJobs({
      engine,
      queue,
      clock,
      atOnce: options.jobs,
      pollMs: Math.max(POLL_MS, leastPauseMs),
      signal,
      onError,
    }),
    giveBackOrphans({
      queue,
      clock,
      leaseMs: options.leaseMs,
      leastPauseMs,
      signal,
      onGivenBack: (runId) => logger.warn({ runId }, 'given back after its process died'),
      onError,
    }),
  ])
  const lines = [
    `tierbench: takes runs from the queue, ${options.jobs} at once; Ctrl-C ends it.`,
    ...engineLines(options, parts),
  ]
  process.stderr.write(`${lines.join('\n')}\n`)
  logger.info({}, 'working')
  await Promise.race([working, once(signal, 'abort')])
  logger.info({}, 'stopping')
  await parts.withinGrace(working)
  logger.info({}, 'stopped')
}

await main(worker, { signalIsTheEnd: true })
