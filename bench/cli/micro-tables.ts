import Table from 'cli-table3'
import { max, median, min } from 'simple-statistics'
import type { DatabaseResult, GroupResult, LoadGeneratorResult, MockThroughput } from '../micro/index.ts'

const style = { head: [], border: [] }
/** No lines between rows. */
const chars = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' }

/** Groups of variants, each next to the first of its group. */
export function groupTable(what: string, groups: readonly GroupResult[]): string {
  const table = new Table({
    head: [what, 'variant', 'p50 ms', 'p99 ms', 'per second', '± %', 'to the first (range of rounds)'],
    style,
    chars,
  })
  for (const { group, variants } of groups) {
    for (const [index, one] of variants.entries()) {
      const { low, high } = one.ratio
      table.push([
        index === 0 ? group : '',
        one.variant,
        digits(one.p50Ms),
        digits(one.p99Ms),
        perSecond(one.opsPerSecond),
        one.marginPercent.toFixed(1),
        index === 0 ? '1' : `${digits(one.ratio.median)} (${digits(low)}-${digits(high)})`,
      ])
    }
  }
  return `${table.toString()}\n`
}

/** A table for each round trip time. */
export function databaseTables(results: readonly DatabaseResult[]): string {
  return results
    .map(({ roundTripMs, groups }) => groupTable(`round trip +${roundTripMs} ms`, groups))
    .join('\n')
}

/** Requests per second of the three servers. */
export function mockTable(results: readonly MockThroughput[]): string {
  const table = new Table({
    head: ['requests per second', 'mock', 'aimock', 'bare node:http', 'mock / aimock', 'CPU µs a request'],
    style,
  })
  for (const result of results) {
    const servers = [result.mock, result.aimock, result.bare]
    const ratios = result.mock.requestsPerSecond.map(
      (rate, round) => rate / (result.aimock.requestsPerSecond[round] ?? Number.NaN),
    )
    table.push([
      result.case,
      ...servers.map(({ requestsPerSecond }) => spread(requestsPerSecond, 0)),
      spread(ratios, 2),
      servers.map(({ cpuMicroseconds }) => middleOf(cpuMicroseconds)).join(' / '),
    ])
  }
  return `${table.toString()}\n${MEANINGS}`
}

/** What the load generator holds, and how well. */
export function loadTable({ rates, closed }: LoadGeneratorResult): string {
  const table = new Table({
    head: [
      'runs/s offered',
      'completed',
      'requests/s',
      'CPU %',
      'late p50',
      'p99',
      'max',
      'loop p99',
      'status p50',
      'p99 ms',
    ],
    style,
    chars,
  })
  for (const rate of rates) {
    table.push([
      rate.offered,
      perSecond(rate.runsPerSecond),
      perSecond(rate.requestsPerSecond),
      (rate.cpu * 100).toFixed(0),
      ...[
        rate.lateP50Ms,
        rate.lateP99Ms,
        rate.lateMaxMs,
        rate.delayP99Ms,
        rate.statusP50Ms,
        rate.statusP99Ms,
      ].map(digits),
    ])
  }
  const { connections, undici, autocannon, bareAutocannon } = closed
  return `${table.toString()}
late: by how much later than it was meant to a run was started, ms. A run is three requests.
${connections} users in turn, requests a second: ${perSecond(autocannon)} driven by autocannon, ${perSecond(undici)} through undici, each answer checked against its schema; ${perSecond(bareAutocannon)} by autocannon alone, which reads no answer.
`
}

const MEANINGS = `same prompt: the mock remembers what it has read and answered.
new prompts, given content: no prompt comes twice; all are answered with one text (--answer), as aimock
  does. Like for like, but that the mock checks, hashes, counts and writes down each request.
new prompts, generated content: the mock answers each in its own words; aimock has nothing of the kind.
CPU µs a request: of the server's process, for mock / aimock / bare node:http; it varies less than the rest
  where the machine has other things to do.
`

function middleOf(values: readonly number[]): string {
  return values.length === 0 ? '-' : median([...values]).toFixed(1)
}

function perSecond(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : digits(value)
}

function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(2) : value.toPrecision(2)
}

function spread(values: readonly number[], digits: number): string {
  const all = [...values]
  const [middle, low, high] = [median(all), min(all), max(all)].map((value) =>
    value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  )
  return `${middle} (${low}-${high})`
}
