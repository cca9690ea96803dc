import { Bench } from 'tinybench'
import { formatFlags } from '../../engine/index.ts'
import type { ModeResult, Repetition } from '../../reports/index.ts'
import type { BenchClock } from '../clock/index.ts'
import type { Mode } from './modes.ts'
import { BrokenRunError, type RunSetting, runOnce } from './run-once.ts'

/**
 * Runs a mode as often as asked for: tinybench repeats the run, and the duration that it records is that of
 * the run's own clock.
 * @throws BrokenRunError
 */
export async function runMode(
  mode: Mode,
  setting: Omit<RunSetting, 'clock'>,
  clock: BenchClock['kind'],
  times: number,
): Promise<ModeResult> {
  const { flags, scenario } = setting
  const repetitions: Repetition[] = []
  const bench = new Bench({
    iterations: times,
    time: 0,
    warmup: false,
    throws: true,
    name: scenario.name,
  })
  bench.add(
    mode.name,
    async () => {
      const repetition = await runOnce({ ...setting, clock })
      repetitions.push(repetition)
      return { overriddenDuration: repetition.durationMs }
    },
    { async: true },
  )
  const [task] = await bench.run()
  if (task?.result.state !== 'completed') {
    throw new BrokenRunError(
      `${scenario.name} in ${mode.name} mode (${formatFlags(flags) || 'no flags'}) was not completed`,
    )
  }
  const { mean, min, max, p50, sd, rme } = task.result.latency
  return {
    mode: mode.name,
    tier: mode.tier,
    flags,
    duration: {
      samples: repetitions.length,
      meanMs: mean,
      minMs: min,
      maxMs: max,
      p50Ms: p50,
      sdMs: sd,
      rmePercent: rme,
    },
    repetitions,
  }
}
