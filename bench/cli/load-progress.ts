import ora from 'ora'
import { formatDuration } from '../../reports/index.ts'
import { arrivalsEndMs, type LoadPlan, type LoadProgress } from '../load/index.ts'

/** Where there is no terminal, a line is written each so many real ms. */
const LINE_EACH_MS = 10_000

/** Progress on standard error: a live line on a terminal, a line now and then elsewhere and in CI. */
export function loadProgress(what: string, plan: LoadPlan) {
  const live = process.stderr.isTTY && process.stderr.columns > 0 && !process.env.CI
  const spinner = live ? ora({ stream: process.stderr }).start(what) : undefined
  const endMs = arrivalsEndMs(plan.arrivals) / plan.timeScale
  let told = 0
  return {
    tell({ elapsedMs, inFlight, started, finished }: LoadProgress) {
      const left = endMs - elapsedMs
      const rest = left > 0 ? `arrivals for another ${formatDuration(left)}` : 'no more arrive'
      const text = `${what}: ${started} started, ${finished} completed, ${inFlight} under way; ${rest}`
      if (spinner) spinner.text = text
      else if (elapsedMs - told >= LINE_EACH_MS) {
        told = elapsedMs
        process.stderr.write(`${text}\n`)
      }
    },
    end() {
      spinner?.stop()
    },
  }
}
