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
  /** When the first run began: what goes before them says nothing of how long one takes. */
  let startedAt: number | undefined
  let runStartedAt = 0
  let done = 0
  const running = new Set<string>()
  let countdown: NodeJS.Timeout | undefined
  const left = () => {
    const now = performance.now()
    return formatRemaining(remainingMs(runStartedAt - (startedAt ?? now), now - runStartedAt, done, total))
  }
  const text = () => `${[...running].join(' and ')} (${done + 1} of ${total}${left()})`
  /** Runs can be under way at once: the live line names all of them. */
  const show = () => {
    clearInterval(countdown)
    if (!spinner || running.size === 0) return
    spinner.start(text())
    countdown = setInterval(() => {
      spinner.text = text()
    }, TICK_MS).unref()
  }
  return {
    started(scenario, what) {
      running.add(`${scenario.name}, ${what}`)
      runStartedAt = performance.now()
      startedAt ??= runStartedAt
      show()
    },
    ended(scenario, what, { durationMs, wallMs }) {
      running.delete(`${scenario.name}, ${what}`)
      done++
      runStartedAt = performance.now()
      const ran = `${scenario.name}, ${what}: ${format(durationMs)} on the ${clock} clock (took ${format(wallMs)})`
      spinner?.succeed(ran)
      if (!spinner) process.stderr.write(`[${done}/${total}] ${ran}${done < total ? left() : ''}\n`)
      show()
    },
    brokeOff(scenario, what) {
      running.delete(`${scenario.name}, ${what}`)
      done++
      runStartedAt = performance.now()
      const broke = `${scenario.name}, ${what}: it broke off`
      spinner?.fail(broke)
      if (!spinner) process.stderr.write(`[${done}/${total}] ${broke}\n`)
      show()
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
