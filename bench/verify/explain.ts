import type { Timeline } from '../../reports/index.ts'
import type { Violation } from './hazards/index.ts'
import type { SchedulePlan } from './plan.ts'
import type { TraceEntry } from './trace.ts'

export interface ExplainOptions {
  /** Of the whole table, in characters. @default 150 */
  readonly width?: number
  /** Entries shown before and after the place where it goes wrong. @default all */
  readonly around?: number
}

/** Statements that only frame others: they are left out of what people read. */
const QUIET = /^(SAVEPOINT|RELEASE)\b/

/**
 * The history of a schedule with a column for each actor, and the statement where it goes wrong. The last
 * column is of the invocations that came afterwards.
 */
export function timelineOf(
  plan: SchedulePlan,
  trace: readonly TraceEntry[],
  violations: readonly Violation[],
  around = Number.POSITIVE_INFINITY,
): Timeline {
  const place = violations.find((violation) => violation.place !== null)?.place ?? null
  const centre = place ?? trace.length - 1
  const shown = trace
    .map((entry, index) => ({ entry, index }))
    .filter(({ index, entry }) => Math.abs(index - centre) <= around && !QUIET.test(entry.text))
  const columns = plan.actors.map((_, actor) => `actor ${actor + 1}`)
  if (shown.some(({ entry }) => entry.actor === columns.length)) columns.push('afterwards')
  const steps = shown.map(({ entry, index }) => ({
    atMs: entry.atMs,
    column: entry.actor,
    kind: entry.kind,
    text: textOf(entry),
    wrong: index === place,
  }))
  return { columns, steps, hidden: around < trace.length ? trace.length - shown.length : 0 }
}

/** The history of a schedule as a table, with `>>` at the statement where it goes wrong. */
export function explainSchedule(
  plan: SchedulePlan,
  trace: readonly TraceEntry[],
  violations: readonly Violation[],
  { width = 150, around = Number.POSITIVE_INFINITY }: ExplainOptions = {},
): string[] {
  const { columns: titles, steps, hidden } = timelineOf(plan, trace, violations, around)
  const column = Math.max(24, Math.floor((width - 14) / titles.length) - 3)
  const row = (mark: string, time: string, cells: readonly string[]) =>
    `${mark.padEnd(3)}${time.padStart(9)}  ${cells.map((cell) => cell.padEnd(column)).join(' │ ')}`.trimEnd()
  const lines = [
    row('', 'ms', titles),
    row(
      '',
      '',
      titles.map(() => '─'.repeat(column)),
    ),
  ]
  if (hidden > 0) lines.push(`   (${steps.length} of ${trace.length} steps: those around the mark)`)
  for (const { atMs, column: own, kind, text, wrong } of steps) {
    const wrapped = wrap(`${MARKS[kind]}${text}`, column)
    for (const [n, part] of wrapped.entries()) {
      const cells = titles.map((_, index) => (index === own ? part : ''))
      const first = n === 0
      lines.push(row(first && wrong ? '>>' : '', first ? atMs.toFixed(0) : '', cells))
    }
  }
  const place = violations.find((violation) => violation.place !== null)?.place ?? null
  for (const { invariant, detail, place: at } of violations) {
    lines.push(`${at === place && at !== null ? '>> ' : '   '}expected: ${invariant}; found: ${detail}`)
  }
  return lines
}

const MARKS = { fault: '✗ ', event: '· ', statement: '', call: '' } as const

function textOf({ text, rows }: TraceEntry): string {
  return rows === undefined || /^(BEGIN|COMMIT|ROLLBACK)/.test(text) ? text : `${text} → ${rows}`
}

/** Breaks a text at spaces; a word that is too long is broken anywhere. At most four lines. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let rest = text
  while (rest.length > width && lines.length < 3) {
    const space = rest.lastIndexOf(' ', width)
    const cut = space > width / 2 ? space : width
    lines.push(rest.slice(0, cut))
    rest = `  ${rest.slice(cut).trimStart()}`
  }
  return [...lines, rest.length > width ? `${rest.slice(0, width - 1)}…` : rest]
}
