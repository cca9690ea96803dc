import { type Disturbance, formatDuration } from '../../reports/index.ts'
import { type ArrivalPlan, arrivalsEndMs, type LoadPlan } from './load-plan.ts'
import type { LoadedSystem } from './processes/index.ts'

/** What is said where the kill that was asked for had no load to meet. */
export function killedNothing(arrivals: ArrivalPlan): string {
  return `--kill-one killed nothing: all runs had ended before ${formatDuration(killAtMs(arrivals))}, the middle of the time in which runs arrive. Make --duration shorter.`
}

/** Since the beginning, ms of production time. */
function killAtMs(arrivals: ArrivalPlan): number {
  return arrivalsEndMs(arrivals) / 2
}

/** Kills one process in the middle of the arrivals, where the plan says so. */
export async function killOne(
  { kill, arrivals, timeScale }: LoadPlan,
  system: LoadedSystem | undefined,
  began: number,
  signal: AbortSignal,
): Promise<Disturbance[]> {
  if (!kill || !system) return []
  const afterMs = killAtMs(arrivals) / timeScale
  const waited = await new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(true), afterMs)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve(false)
    })
  })
  if (!waited) return []
  const atMs = (performance.now() - began) * timeScale
  return [{ atMs, what: await system.killOne(kill.restart) }]
}
