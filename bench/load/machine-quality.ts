import { formatPercent, type Load } from '../../reports/index.ts'
import { formatLate, MOST_LATE_PRODUCTION_MS } from './generator-quality.ts'

/** A machine that is busier than this has no room for a burst: of all its cores, over the load. */
const MOST_BUSY = 0.9
/** In more pieces of the load than this share, an event loop that is late is no single accident. */
const OFTEN = 0.1
/** What the figures of engines and workers hold of their own timer, real ms. */
const TIMER_MS = 10

/** Whether the machine, or CPU that weighs too much at the time scale, can have set the figures. */
export function judgeMachine(
  { machine, processes, series }: Pick<Load, 'machine' | 'processes' | 'series'>,
  timeScale: number,
): string[] {
  const loops = processes
    .filter(({ kind }) => kind === 'engine' || kind === 'worker')
    .map(({ name }) => ({ name, ...lateness(name, series, timeScale) }))
    .filter(({ often }) => often)
    .sort((a, b) => b.mostMs - a.mostMs)
  const [worst] = loops
  return [
    ...(machine && machine.busy > MOST_BUSY
      ? [
          `The machine's ${machine.cores} cores were busy for ${formatPercent(machine.busy)} of the load, ${formatPercent(machine.busyOtherwise)} with other things: they may have been the bottleneck.`,
        ]
      : []),
    // In real time it is what users would see.
    ...(worst && timeScale > 1
      ? [
          `The event loop of ${worst.name} was late by up to ${formatLate(worst.mostMs, timeScale)} at p99${loops.length > 1 ? `, those of ${loops.length - 1} more too` : ''}: at this time scale CPU sets the figures; choose a smaller --time-scale.`,
        ]
      : []),
  ]
}

function lateness(name: string, series: Load['series'], timeScale: number) {
  const delays = series.flatMap(({ processes }) =>
    processes.flatMap((sample) =>
      sample.name === name && sample.wallEventLoopDelayP99Ms !== null
        ? [Math.max(0, sample.wallEventLoopDelayP99Ms - TIMER_MS)]
        : [],
    ),
  )
  const late = delays.filter((ms) => ms * timeScale > MOST_LATE_PRODUCTION_MS)
  return { often: late.length > delays.length * OFTEN, mostMs: Math.max(0, ...delays) }
}
