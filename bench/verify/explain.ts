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
 * The history of a schedule as a table with a column for each actor, and a mark at the statement where it goes
 * wrong. The last column is of the invocations that came afterwards.
 */
export function explainSchedule(
  plan: SchedulePlan,
  trace: readonly TraceEntry[],
  violations: readonly Violation[],
  { width = 150, around = Number.POSITIVE_INFINITY }: ExplainOptions = {},
): string[] {
  const place = violations.find((violation) => violation.place !== null)?.place ?? null
  const centre = place ?? trace.length - 1
  const shown = trace
    .map((entry, index) => ({ entry, index }))
    .filter(({ index, entry }) => Math.abs(index - centre) <= around && !QUIET.test(entry.text))
  const later = plan.actors.length
  const actors = [...plan.actors.keys(), ...(shown.some(({ entry }) => entry.actor === later) ? [later] : [])]
  const column = Math.max(24, Math.floor((width - 14) / actors.length) - 3)
  const titles = actors.map((actor) => (actor === later ? 'afterwards' : `actor ${actor + 1}`))
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
  const hidden = trace.length - shown.length
  if (around < trace.length && hidden > 0)
    lines.push(`   (${shown.length} of ${trace.length} steps: those around the mark)`)
  for (const { entry, index } of shown) {
    const wrapped = wrap(textOf(entry), column)
    for (const [n, part] of wrapped.entries()) {
      const cells = actors.map((actor) => (actor === entry.actor ? part : ''))
      const first = n === 0
      lines.push(row(first && index === place ? '>>' : '', first ? entry.atMs.toFixed(0) : '', cells))
    }
  }
  for (const { invariant, detail, place: at } of violations) {
    lines.push(`${at === place && at !== null ? '>> ' : '   '}expected: ${invariant}; found: ${detail}`)
  }
  return lines
}

function textOf({ text, rows, kind }: TraceEntry): string {
  if (kind === 'fault') return `✗ ${text}`
  if (kind === 'event') return `· ${text}`
  return rows === undefined || /^(BEGIN|COMMIT|ROLLBACK)/.test(text) ? text : `${text} → ${rows}`
}

/** Breaks a text at spaces; a word that is too long is broken anywhere. At most three lines. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let rest = text
  while (rest.length > width && lines.length < 2) {
    const space = rest.lastIndexOf(' ', width)
    const cut = space > width / 2 ? space : width
    lines.push(rest.slice(0, cut))
    rest = `  ${rest.slice(cut).trimStart()}`
  }
  return [...lines, rest.length > width ? `${rest.slice(0, width - 1)}…` : rest]
}
