import ora from 'ora'
import type { BenchProgress } from '../run/index.ts'

/** How a line of progress gives a duration. */
export type FormatDuration = (ms: number) => string

/** How often the live line counts down, ms. */
const TICK_MS = 1_000

/**
 * Progress on standard error, so that standard output holds the result alone: a live line with the time that
 * is left on a terminal, one plain line for each run elsewhere and in CI.
 * @param total Runs that will be told of.
 */
export function createProgress(total: number, clock: string, format: FormatDuration): BenchProgress {
  // On a terminal that does not know its width ora would clear lines without end.
  const live = process.stderr.isTTY && process.stderr.columns > 0 && !process.env.CI
  const spinner = live ? ora({ stream: process.stderr }) : undefined
  const startedAt = performance.now()
  let runStartedAt = startedAt
  let done = 0
  let countdown: NodeJS.Timeout | undefined
  const left = () => {
    const now = performance.now()
    return formatRemaining(remainingMs(runStartedAt - startedAt, now - runStartedAt, done, total))
  }
  return {
    started(scenario, what) {
      runStartedAt = performance.now()
      if (!spinner) return
      const text = () => `${scenario.name}, ${what} (${done + 1} of ${total}${left()})`
      spinner.start(text())
      countdown = setInterval(() => {
        spinner.text = text()
      }, TICK_MS).unref()
    },
    ended(scenario, what, { durationMs, wallMs }) {
      done++
      runStartedAt = performance.now()
      clearInterval(countdown)
      const ran = `${scenario.name}, ${what}: ${format(durationMs)} on the ${clock} clock (took ${format(wallMs)})`
      if (spinner) spinner.succeed(ran)
      else process.stderr.write(`[${done}/${total}] ${ran}${done < total ? left() : ''}\n`)
    },
  }
}

/**
 * Real time that is left, as far as the runs so far tell: each of the others takes as long as they did on
 * average, and the one under way no less than it has.
 * @param doneMs What the runs took that have ended.
 * @param currentMs What the one under way has taken so far.
 * @returns undefined as long as none has ended
 */
export function remainingMs(
  doneMs: number,
  currentMs: number,
  done: number,
  total: number,
): number | undefined {
  if (done === 0) return undefined
  const average = doneMs / done
  return Math.max(0, average - currentMs) + average * Math.max(0, total - done - 1)
}

function formatRemaining(ms: number | undefined): string {
  if (ms === undefined) return ''
  const seconds = Math.ceil(ms / 1_000)
  const text = seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
  return `, about ${text} left`
}
