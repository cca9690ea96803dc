import { startMeasuring } from '../gate/start-measuring.ts'
import { parseGateOptions } from './gate-options.ts'
import { main } from './main.ts'

/** `npm run gate`: the exact metrics against a baseline; 1 where one became worse than its budget allows. */
async function gate(signal: AbortSignal): Promise<number> {
  const request = parseGateOptions(process.argv.slice(2))
  const measuring = startMeasuring(request.plan, process.env.DATABASE_URL || undefined, signal)
  try {
    // Not before: loading it takes as long as the server and the processes take to start.
    const { runGate } = await import('./run-gate.ts')
    signal.throwIfAborted()
    return await runGate(request, measuring, signal)
  } finally {
    await measuring.stop()
  }
}

await main(gate)
