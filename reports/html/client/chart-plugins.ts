import type { BarElement, Chart, Plugin, Scale } from 'chart.js'
import type { DrawnChart } from '../charts/chart-spec.ts'
import { colour, fontFamily } from './theme.ts'

const font = () => `600 12px ${fontFamily()}`

/** Writes each label's text at the end of its bars. */
export function endTexts(texts: readonly string[]): Plugin {
  return {
    id: 'endTexts',
    afterDatasetsDraw(chart: Chart) {
      const { ctx } = chart
      ctx.save()
      ctx.fillStyle = colour('--ink')
      ctx.font = font()
      ctx.textBaseline = 'middle'
      texts.forEach((text, index) => {
        const bars = chart
          .getSortedVisibleDatasetMetas()
          .map((meta) => meta.data[index] as BarElement | undefined)
          .filter((bar): bar is BarElement => bar !== undefined && !Number.isNaN(bar.x))
        if (bars.length === 0) return
        const y = bars.reduce((sum, bar) => sum + bar.y, 0) / bars.length
        // A bar that floats ends where it began when it goes backwards: both ends count.
        const ends = bars.flatMap((bar) => [bar.x, bar.getProps(['base'], true).base as number])
        ctx.fillText(text, Math.max(...ends.filter(Number.isFinite)) + 8, y)
      })
      ctx.restore()
    },
  }
}

/** Room to the right of the plot for the longest text at a bar's end, px. */
export function endRoom(ends: DrawnChart['ends']): number {
  const context = document.createElement('canvas').getContext('2d')
  if (ends === null || context === null) return 8
  context.font = font()
  return 16 + Math.max(...ends.map((text) => context.measureText(text).width))
}

/** An axis that ends where its data does also marks that end, which is no round number. */
export function keepRoundTicks(axis: Scale): void {
  const [first, second] = axis.ticks
  if (first === undefined || second === undefined) return
  const step = second.value - first.value
  axis.ticks = axis.ticks.filter(({ value }) => Math.abs(value / step - Math.round(value / step)) < 1e-6)
}
