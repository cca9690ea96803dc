import ora from 'ora'
import type { BenchProgress } from '../run/index.ts'

/** How a line of progress gives a duration. */
export type FormatDuration = (ms: number) => string

/**
 * Progress on standard error, so that standard output holds the result alone: a live line on a terminal,
 * one plain line for each mode elsewhere.
 * @param total Modes and variants of all scenarios.
 */
export function createProgress(total: number, clock: string, format: FormatDuration): BenchProgress {
  const live = process.stderr.isTTY && !process.env.CI
  const spinner = live ? ora({ stream: process.stderr }) : undefined
  const startedAt = performance.now()
  let done = 0
  return {
    started(scenario, mode) {
      spinner?.start(
        `${scenario.name}, ${mode.name} (${done + 1} of ${total}${remaining(startedAt, done, total)})`,
      )
    },
    ended(scenario, mode, result) {
      done++
      const wallMs = result.repetitions.reduce((sum, repetition) => sum + repetition.wallMs, 0)
      const line = `${scenario.name}, ${mode.name}: ${format(result.duration.p50Ms)} on the ${clock} clock (took ${format(wallMs)})`
      if (spinner) spinner.succeed(line)
      else process.stderr.write(`${line}\n`)
    },
  }
}

function remaining(startedAt: number, done: number, total: number): string {
  if (done === 0) return ''
  const seconds = ((performance.now() - startedAt) / done) * (total - done) * 1e-3
  return `, about ${Math.ceil(seconds)} s left`
}
