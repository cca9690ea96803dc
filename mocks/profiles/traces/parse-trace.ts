import { inspect } from 'node:util'

/** One request of a recorded trace. */
export interface TracedRequest {
  /** Since the first request, ms. */
  readonly atMs: number
  readonly inputTokens: number
  readonly outputTokens: number
}

const HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens'
const ROW = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?,(\d+),(\d+)$/

/** Reads a CSV with the columns TIMESTAMP,ContextTokens,GeneratedTokens; in the order of time. */
export function parseTrace(csv: string): TracedRequest[] {
  const [header, ...lines] = csv.split(/\r?\n/)
  if (header?.trim() !== HEADER)
    throw new Error(`Expected a trace that begins with ${HEADER}, got ${shown(header ?? '')}.`)
  const rows = lines.flatMap((line, index) => (line.trim() === '' ? [] : [parseRow(line.trim(), index + 2)]))
  rows.sort((a, b) => a.atMs - b.atMs)
  const first = rows[0]?.atMs ?? 0
  return rows.map((row) => ({ ...row, atMs: row.atMs - first }))
}

function parseRow(line: string, lineNumber: number): TracedRequest {
  const [, date, time, fraction = '', input, output] = ROW.exec(line) ?? []
  const wholeSeconds = Date.parse(`${date}T${time}Z`)
  if (Number.isNaN(wholeSeconds)) {
    throw new Error(`Expected a time and two numbers of tokens in line ${lineNumber}, got ${shown(line)}.`)
  }
  return {
    // Date.parse would drop what is finer than a millisecond.
    atMs: wholeSeconds + Number(`0${fraction}`) * 1_000,
    inputTokens: Number(input),
    outputTokens: Number(output),
  }
}

/** Somebody may have named a file of another kind: as much of it as fits a sentence, and nothing that a terminal obeys. */
function shown(text: string): string {
  return inspect(text, { maxStringLength: 60, breakLength: Number.POSITIVE_INFINITY })
}
