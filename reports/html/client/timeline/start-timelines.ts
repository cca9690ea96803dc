/** Timelines: a choice of the mode, zoom and pan by mouse, wheel, keys and buttons, and what lies under the pointer. */

import { formatDuration } from '../../../format/duration.ts'
import { type PackedTimeline, TICKS_PER_MS } from '../../charts/packed-timeline.ts'
import { whenNear } from '../charts.ts'
import { button, choice } from '../controls.ts'
import { onThemeChange } from '../theme.ts'
import { unpack } from '../unpack.ts'
import { barWords } from './bar-words.ts'
import { drawTimeline, GUTTER, HEAD, heightOf, rowHeight, type View } from './draw.ts'
import { barAt, type Lane, lanesOf } from './lanes.ts'
import { clamped, moved, zoomed } from './view.ts'

export function startTimelines(): void {
  for (const figure of document.querySelectorAll<HTMLElement>('figure.timeline')) {
    const scripts = [...figure.querySelectorAll<HTMLElement>('script[data-timeline]')]
    if (scripts.length > 0) whenNear(figure, () => start(figure, scripts))
  }
}

function start(figure: HTMLElement, scripts: readonly HTMLElement[]): void {
  const canvas = figure.querySelector('canvas')
  const holder = canvas?.parentElement
  const context = canvas?.getContext('2d')
  const tools = figure.querySelector<HTMLElement>('.timeline-tools')
  const readout = figure.querySelector('.readout')
  if (!canvas || !holder || !context || tools === null || readout === null) return

  let timeline: PackedTimeline
  let lanes: readonly Lane[] = []
  let view: View = { from: 0, to: 1 }
  let frame = 0
  const range = document.createElement('output')

  const draw = () => {
    frame = 0
    const width = holder.clientWidth
    const height = heightOf(lanes.length)
    const scale = window.devicePixelRatio
    const [w, h] = [Math.round(width * scale), Math.round(height * scale)]
    if (canvas.width !== w || canvas.height !== h) {
      canvas.width = w
      canvas.height = h
      canvas.style.width = `${width}px`
      canvas.style.height = `${height}px`
    }
    context.setTransform(scale, 0, 0, scale, 0, 0)
    drawTimeline(context, timeline, lanes, view, width)
    const text = (ticks: number) => formatDuration(ticks / TICKS_PER_MS)
    range.textContent = `${text(view.from)} to ${text(view.to)}`
  }
  // However many events there are between two frames, one is drawn.
  const show = (next: View) => {
    view = clamped(next, timeline.duration)
    if (frame === 0) frame = requestAnimationFrame(draw)
  }
  const whole = () => show({ from: 0, to: timeline.duration })
  const open = (index: number) => {
    timeline = unpack<PackedTimeline>(scripts[index]?.textContent ?? '')
    lanes = lanesOf(timeline)
    view = { from: 0, to: timeline.duration }
    draw()
  }
  const timeAt = (clientX: number) => {
    const box = canvas.getBoundingClientRect()
    return view.from + ((clientX - box.left - GUTTER) / (box.width - GUTTER)) * (view.to - view.from)
  }
  const middle = () => (view.from + view.to) / 2

  const first = firstShown(scripts)
  const modes = scripts.map((script) => script.dataset.mode ?? '')
  const buttons = document.createElement('div')
  buttons.className = 'buttons'
  buttons.append(
    button('←', 'Earlier', () => show(moved(view, -0.25))),
    button('→', 'Later', () => show(moved(view, 0.25))),
    button('−', 'Zoom out', () => show(zoomed(view, middle(), 2))),
    button('+', 'Zoom in', () => show(zoomed(view, middle(), 0.5))),
    button('Whole run', 'Show the whole run', whole),
  )
  tools.append(choice('Mode shown in the timeline', modes, first, open), buttons, range)
  tools.hidden = false
  open(first)
  onThemeChange(draw)
  new ResizeObserver(() => show(view)).observe(holder)

  canvas.addEventListener(
    'wheel',
    (event) => {
      // The wheel alone scrolls the page, unless the reader has gone into the timeline.
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== holder) return
      event.preventDefault()
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) show(moved(view, event.deltaX / 800))
      else show(zoomed(view, timeAt(event.clientX), 1.0015 ** event.deltaY))
    },
    { passive: false },
  )
  canvas.addEventListener('dblclick', whole)
  holder.addEventListener('keydown', (event) => {
    const span = view.to - view.from
    const next: Record<string, () => void> = {
      ArrowLeft: () => show(moved(view, -0.1)),
      ArrowRight: () => show(moved(view, 0.1)),
      '+': () => show(zoomed(view, middle(), 0.5)),
      '=': () => show(zoomed(view, middle(), 0.5)),
      '-': () => show(zoomed(view, middle(), 2)),
      '0': whole,
      Home: () => show({ from: 0, to: span }),
      End: () => show({ from: timeline.duration - span, to: timeline.duration }),
    }
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : next[event.key]
    if (act === undefined) return
    event.preventDefault()
    act()
  })
  let grabbed: { readonly x: number; readonly view: View } | null = null
  canvas.addEventListener('pointerdown', (event) => {
    grabbed = { x: event.clientX, view }
    canvas.setPointerCapture(event.pointerId)
  })
  for (const end of ['pointerup', 'pointercancel'] as const) {
    canvas.addEventListener(end, () => {
      grabbed = null
    })
  }
  canvas.addEventListener('pointermove', (event) => {
    if (grabbed !== null) {
      const share = (grabbed.x - event.clientX) / (canvas.clientWidth - GUTTER)
      show(moved(grabbed.view, share))
      return
    }
    const row = Math.floor((event.offsetY - HEAD) / rowHeight(lanes.length))
    const lane = lanes[row]
    const reach = (1.5 * (view.to - view.from)) / canvas.clientWidth
    const bar = lane && barAt(lane, timeline.items, timeAt(event.clientX), reach)
    readout.textContent = bar ? barWords(bar) : ''
  })
  canvas.addEventListener('pointerleave', () => {
    readout.textContent = ''
  })
}

/** The mode with the most to see: parallel where there is one. */
function firstShown(scripts: readonly HTMLElement[]): number {
  return Math.max(
    0,
    scripts.findIndex(({ dataset }) => dataset.mode === 'parallel'),
  )
}
