/** Draws each chart when it comes near the screen, and again when the theme changes. */
import type { Chart } from 'chart.js'
import type { DrawnChart } from '../charts/chart-spec.ts'
import { drawChart } from './chart-options.ts'
import { choice } from './controls.ts'
import { onThemeChange } from './theme.ts'
import { unpack } from './unpack.ts'

/** How far below the screen a chart is drawn before it is seen. */
const MARGIN = '400px'

/** Calls `draw` once the element is near the screen. */
export function whenNear(element: Element, draw: () => void): void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return
      observer.disconnect()
      waiting.delete(element)
      draw()
    },
    { rootMargin: MARGIN },
  )
  waiting.set(element, () => {
    observer.disconnect()
    draw()
  })
  observer.observe(element)
}

const waiting = new Map<Element, () => void>()

/** For paper, where nothing scrolls. */
export function drawAllNow(): void {
  for (const draw of waiting.values()) draw()
  waiting.clear()
}

export function startCharts(): void {
  for (const script of document.querySelectorAll('script[data-charts]')) {
    // A scenario's charts are unpacked when the first of them is needed.
    let specs: DrawnChart[] | undefined
    const specOf = (id: string) => {
      specs ??= unpack<DrawnChart[]>(script.textContent ?? '')
      return specs.find((one) => one.id === id)
    }
    const anchor = script.getAttribute('data-charts') ?? ''
    const named = document.getElementById(anchor)
    const section = named?.closest('section.scenario') ?? named
    for (const figure of section?.querySelectorAll('figure.chart:not(.timeline)') ?? []) {
      whenNear(figure, () => {
        const spec = specOf(figure.id)
        if (spec !== undefined) start(figure, spec)
      })
    }
  }
}

function start(figure: Element, spec: DrawnChart): void {
  const canvas = figure.querySelector('canvas')
  if (canvas === null) return
  let chart: Chart | undefined
  let view = spec.firstView
  const draw = () => {
    chart?.destroy()
    chart = drawChart(canvas, spec, view)
  }
  if (spec.views.length > 1) {
    const labels = spec.views.map(({ label }) => label)
    const select = choice(`Mode shown in ${spec.title}`, labels, view, (chosen) => {
      view = chosen
      draw()
    })
    figure.querySelector('.canvas')?.before(select)
  }
  draw()
  onThemeChange(draw)
}
