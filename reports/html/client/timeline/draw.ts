/** Draws the part of a timeline that is in view. */
import { BAR_KINDS } from '../../../analysis/timeline.ts'
import { formatDuration } from '../../../format/duration.ts'
import { type PackedTimeline, TICKS_PER_MS } from '../../charts/packed-timeline.ts'
import { colour, fontFamily } from '../theme.ts'
import { firstFrom, type Lane } from './lanes.ts'

export interface View {
  readonly from: number
  readonly to: number
}

/** px. */
export const GUTTER = 62
export const HEAD = 34
const FOOT = 6
const [LEAST_ROW, MOST_ROW, MOST_HEIGHT] = [3, 24, 620]

const VARIABLES: Readonly<Record<string, string>> = {
  call: '--figure-call',
  'card-analysis': '--phase-card-analysis',
  'story-generation': '--phase-story-generation',
  'subtask-generation': '--phase-subtask-generation',
  '429': '--figure-429',
  error: '--figure-error',
}
const REFUSED = BAR_KINDS.indexOf('429')
const ERROR = BAR_KINDS.indexOf('error')

export function rowHeight(lanes: number): number {
  return Math.min(MOST_ROW, Math.max(LEAST_ROW, Math.floor(MOST_HEIGHT / lanes)))
}

export function heightOf(lanes: number): number {
  return HEAD + lanes * rowHeight(lanes) + FOOT
}

export function drawTimeline(
  context: CanvasRenderingContext2D,
  timeline: PackedTimeline,
  lanes: readonly Lane[],
  view: View,
  width: number,
): void {
  const row = rowHeight(lanes.length)
  const height = heightOf(lanes.length)
  const perTick = (width - GUTTER) / (view.to - view.from)
  const x = (time: number) => GUTTER + (time - view.from) * perTick
  context.clearRect(0, 0, width, height)
  context.font = `12px ${fontFamily()}`
  context.textBaseline = 'middle'
  drawGrid(context, view, x, width, height)
  lanes.forEach((lane, index) => {
    const y = HEAD + index * row
    if (row >= 10) label(context, lane.label, y + row / 2)
  })
  context.save()
  context.beginPath()
  context.rect(GUTTER, 0, width - GUTTER, height)
  context.clip()
  const colours = BAR_KINDS.map((kind) => colour(VARIABLES[kind] ?? `--wait-${kind}`))
  lanes.forEach((lane, index) => {
    const y = HEAD + index * row
    drawLane(context, lane, view, x, y + Math.min(2, row / 8), row - Math.min(4, row / 4), colours)
  })
  drawInvocations(context, timeline, view, x, height)
  context.restore()
}

/**
 * Bars of a kind that fall into pixels which already have that kind are left out: a hundred thousand bars
 * become as many rectangles as there are pixels. What went wrong is drawn last, and never narrower than 2 px.
 */
function drawLane(
  context: CanvasRenderingContext2D,
  lane: Lane,
  view: View,
  x: (time: number) => number,
  y: number,
  height: number,
  colours: readonly string[],
): void {
  const { kinds, starts, ends } = lane
  const first = firstFrom(lane, view.from)
  for (const wrong of [false, true]) {
    const painted = new Float64Array(BAR_KINDS.length).fill(Number.NEGATIVE_INFINITY)
    for (let bar = first; bar < kinds.length; bar += 1) {
      const start = starts[bar] ?? 0
      if (start > view.to) break
      const kind = kinds[bar] ?? 0
      if ((kind === REFUSED || kind === ERROR) !== wrong) continue
      const left = Math.max(x(start), painted[kind] ?? 0, GUTTER - 2)
      const right = Math.max(x(ends[bar] ?? 0), x(start) + (wrong ? 2 : 0.75))
      if (right <= left) continue
      painted[kind] = right
      context.fillStyle = colours[kind] ?? ''
      const wait = kind > ERROR
      context.fillRect(left, wait ? y + height * 0.28 : y, right - left, wait ? height * 0.44 : height)
    }
  }
}

function drawGrid(
  context: CanvasRenderingContext2D,
  view: View,
  x: (time: number) => number,
  width: number,
  height: number,
): void {
  const step = roundStep((view.to - view.from) / Math.max(2, Math.floor((width - GUTTER) / 110)))
  context.strokeStyle = colour('--line')
  context.fillStyle = colour('--quiet')
  context.lineWidth = 1
  context.textAlign = 'center'
  context.beginPath()
  for (let time = Math.ceil(view.from / step) * step; time <= view.to; time += step) {
    const at = Math.round(x(time)) + 0.5
    context.moveTo(at, HEAD - 6)
    context.lineTo(at, height)
    if (at > GUTTER + 8 && at < width - 26) context.fillText(timeText(time), at, HEAD - 14)
  }
  context.stroke()
}

/** Borders that lie close together are drawn as one, and named where there is room. */
function drawInvocations(
  context: CanvasRenderingContext2D,
  { invocations }: PackedTimeline,
  view: View,
  x: (time: number) => number,
  height: number,
): void {
  if (invocations.length < 2) return
  context.strokeStyle = colour('--ink')
  context.fillStyle = colour('--ink')
  context.textAlign = 'left'
  context.setLineDash([4, 3])
  context.beginPath()
  let [last, named] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  invocations.forEach(({ start, end }, index) => {
    if (end < view.from || start > view.to) return
    const at = Math.round(x(start)) + 0.5
    if (at - last < 2) return
    last = at
    if (index > 0) {
      context.moveTo(at, 4)
      context.lineTo(at, height)
    }
    const from = Math.max(at, GUTTER)
    const text = x(end) - from > 84 ? `invocation ${index + 1}` : x(end) - from > 24 ? `${index + 1}` : ''
    if (text !== '' && from > named) {
      context.fillText(text, from + 5, 8)
      named = from + 20
    }
  })
  context.stroke()
  context.setLineDash([])
}

function label(context: CanvasRenderingContext2D, text: string, y: number): void {
  context.fillStyle = colour('--quiet')
  context.textAlign = 'left'
  const short = text.startsWith('slot') ? text : 'no item'
  context.fillText(short, 0, y)
}

/** 1, 2 or 5 of a power of ten up to a minute; then whole parts of an hour. */
function roundStep(ticks: number): number {
  const ms = ticks / TICKS_PER_MS
  const steps = [
    15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_200_000, 3_600_000, 7_200_000, 18_000_000,
  ]
  if (ms > 10_000) {
    const found = steps.find((step) => step >= ms)
    if (found !== undefined) return found * TICKS_PER_MS
  }
  const power = 10 ** Math.floor(Math.log10(ms))
  const step = [1, 2, 5, 10].find((times) => times * power >= ms) ?? 10
  return step * power * TICKS_PER_MS
}

/** Without the zeros that a duration has for those who compare them. */
export function timeText(ticks: number): string {
  return formatDuration(ticks / TICKS_PER_MS)
    .replace(/ 00\.0 s$| 00 s$/, '')
    .replace(/\.0 s$/, ' s')
}
