import { UsageError } from '../../run/index.ts'
import { parseDuration } from '../arrivals/index.ts'

export type Comparison = '<' | '<=' | '>' | '>=' | '==' | '!='

/** A threshold, checked. */
export interface Threshold {
  /** As it was written. */
  readonly text: string
  readonly metric: MetricName
  readonly statistic: Statistic
  readonly comparison: Comparison
  /** In the unit of the statistic: ms, a count, a share (0 to 1), bytes, or per second. */
  readonly limit: number
}

export type Statistic =
  | { readonly kind: 'percentile'; readonly percentile: number }
  | { readonly kind: 'count' | 'share' | 'per-second' }
  | { readonly kind: 'max' }

/** Which statistics a metric has. */
const METRICS = {
  run: 'latency',
  create: 'latency',
  'process-next': 'latency',
  status: 'latency',
  'arrival-error': 'latency',
  'event-loop': 'duration-gauge',
  completed: 'counter',
  goodput: 'counter',
  dropped: 'counter',
  failed: 'counter',
  unfinished: 'counter',
  errors: 'counter',
  requests: 'counter',
  attempts: 'counter',
  '429s': 'counter',
  memory: 'bytes-gauge',
  cpu: 'gauge',
  'in-flight': 'gauge',
  queued: 'gauge',
  'pool-waiting': 'gauge',
  'lock-waiting': 'gauge',
} as const
export type MetricName = keyof typeof METRICS
type Kind = (typeof METRICS)[MetricName]

const FORMS: Readonly<Record<Kind, string>> = {
  latency: 'p(N)<DURATION, max<DURATION or count<N, e.g. p(95)<30s',
  counter: 'count<N, rate<N% (of the runs offered, or of the requests) or rate<N/s (or /m, /h)',
  gauge: 'max<N',
  'duration-gauge': 'max<DURATION, e.g. max<100ms',
  'bytes-gauge': 'max<N with its unit, e.g. max<500MB',
}
const BYTES = { MB: 1e6, MiB: 2 ** 20, GB: 1e9, GiB: 2 ** 30 } as const

/**
 * Reads a threshold as k6 writes them, with its metric before it: `run p(95)<30s`, `failed rate<1%`,
 * `goodput rate>10/m`, `dropped count==0`, `memory max<500MB`.
 * @throws UsageError
 */
export function parseThreshold(text: string): Threshold {
  const [, metric = '', statistic = '', comparison = '', limit = ''] =
    /^\s*([\w-]+)\s+([a-z]+(?:\([^)]*\))?)\s*(<=|>=|==|!=|<|>)\s*(\S+)\s*$/.exec(text) ?? []
  if (!(metric in METRICS)) {
    throw wrong(
      text,
      metric ? `the metric "${metric}"` : 'another form',
      `METRIC STATISTIC<LIMIT, e.g. 'run p(95)<30s', with a metric out of ${Object.keys(METRICS).join(', ')}`,
    )
  }
  const name = metric as MetricName
  const kind = METRICS[name]
  const found = read(kind, statistic, limit)
  if (!found) throw wrong(text, `"${statistic}${comparison}${limit}"`, `${name} with ${FORMS[kind]}`)
  return { text: text.trim(), metric: name, comparison: comparison as Comparison, ...found }
}

function read(
  kind: Kind,
  statistic: string,
  limit: string,
): Pick<Threshold, 'statistic' | 'limit'> | undefined {
  const number = /^\d+(\.\d+)?$/.test(limit) ? Number(limit) : undefined
  const percentile = Number(/^p\((\d+(?:\.\d+)?)\)$/.exec(statistic)?.[1])
  switch (kind) {
    case 'latency':
      if (statistic === 'count' && number !== undefined)
        return { statistic: { kind: 'count' }, limit: number }
      if (statistic === 'max') return withDuration({ kind: 'percentile', percentile: 100 }, limit)
      return percentile <= 100 ? withDuration({ kind: 'percentile', percentile }, limit) : undefined
    case 'counter':
      return readCounter(statistic, limit, number)
    case 'gauge':
      return statistic === 'max' && number !== undefined
        ? { statistic: { kind: 'max' }, limit: number }
        : undefined
    case 'duration-gauge':
      return statistic === 'max' ? withDuration({ kind: 'max' }, limit) : undefined
    case 'bytes-gauge': {
      const [, amount, unit] = /^(\d+(?:\.\d+)?)(MB|MiB|GB|GiB)$/.exec(limit) ?? []
      if (statistic !== 'max' || unit === undefined) return undefined
      return { statistic: { kind: 'max' }, limit: Number(amount) * BYTES[unit as keyof typeof BYTES] }
    }
    default:
      return kind satisfies never
  }
}

function readCounter(statistic: string, limit: string, number: number | undefined) {
  if (statistic === 'count' && number !== undefined)
    return { statistic: { kind: 'count' as const }, limit: number }
  if (statistic !== 'rate') return undefined
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(limit)?.[1]
  if (percent !== undefined) return { statistic: { kind: 'share' as const }, limit: Number(percent) / 100 }
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\/(s|m|h)$/.exec(limit) ?? []
  if (unit === undefined) return undefined
  return {
    statistic: { kind: 'per-second' as const },
    limit: Number(amount) / { s: 1, m: 60, h: 3_600 }[unit as 's'],
  }
}

function withDuration(
  statistic: Statistic,
  limit: string,
): Pick<Threshold, 'statistic' | 'limit'> | undefined {
  if (!/^\d/.test(limit) || !/[a-z]$/.test(limit)) return undefined
  return { statistic, limit: parseDuration(limit, 'a limit in --threshold') }
}

function wrong(text: string, got: string, expected: string): UsageError {
  return new UsageError(`expected --threshold '${text}' to be ${expected}; got ${got}`)
}
