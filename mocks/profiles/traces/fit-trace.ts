import {
  coefficientOfVariation,
  errorFunction,
  mean,
  quantileSorted,
  sampleCorrelation,
  standardDeviation,
  variance,
} from 'simple-statistics'
import type { TracedRequest } from './parse-trace.ts'

/** Lengths and arrivals of a recorded trace. It has no latencies: traces of this form record none. */
export interface TraceProfile {
  readonly requests: number
  /** From the first request to the last, ms. */
  readonly durationMs: number
  readonly inputTokens: LengthFit
  readonly outputTokens: LengthFit
  /** Of the logarithms of input and output length, -1 to 1. */
  readonly lengthCorrelation: number
  readonly arrivals: ArrivalFit
}

export interface LengthFit {
  /** Mean of the logarithm: the median length is exp(mu). */
  readonly mu: number
  readonly sigma: number
  /** Largest difference between the distribution of the trace and the fitted one, 0 to 1: how far to trust it. */
  readonly ksDistance: number
  /** The lengths of the trace themselves: the smallest, each percentile, the largest; 101 numbers. */
  readonly percentiles: readonly number[]
}

export interface ArrivalFit {
  readonly perMinute: number
  /** Standard deviation of the time between arrivals over its mean: 1 for a Poisson process, more when bursty. */
  readonly gapVariation: number
  /** Variance of the arrivals in a second over their mean: 1 for a Poisson process. Sees bursts that gaps do not. */
  readonly countDispersion: number
}

/** A fit from fewer would be noise. */
const LEAST_REQUESTS = 30

/** Maximum-likelihood fits of lognormal lengths, and the statistics of the arrivals. */
export function fitTrace(trace: readonly TracedRequest[]): TraceProfile {
  if (trace.length < LEAST_REQUESTS) {
    throw new Error(`Expected a trace of at least ${LEAST_REQUESTS} requests, got ${trace.length}.`)
  }
  const durationMs = (trace.at(-1)?.atMs ?? 0) - (trace[0]?.atMs ?? 0)
  if (durationMs <= 0)
    throw new Error('Expected a trace whose requests come at different times, got one time.')
  // An empty answer counts as a token: it has no logarithm.
  const logarithms = (key: 'inputTokens' | 'outputTokens') =>
    trace.map((request) => Math.log(Math.max(1, request[key])))
  const input = logarithms('inputTokens')
  const output = logarithms('outputTokens')
  const varied = standardDeviation(input) > 0 && standardDeviation(output) > 0
  return {
    requests: trace.length,
    durationMs,
    inputTokens: fitLengths(input),
    outputTokens: fitLengths(output),
    lengthCorrelation: varied ? sampleCorrelation(input, output) : 0,
    arrivals: fitArrivals(trace, durationMs),
  }
}

function fitLengths(logarithms: number[]): LengthFit {
  const mu = mean(logarithms)
  const sigma = standardDeviation(logarithms)
  const sorted = logarithms.toSorted((a, b) => a - b)
  const percentiles = Array.from({ length: 101 }, (_, percent) =>
    Math.round(Math.exp(quantileSorted(sorted, percent / 100))),
  )
  return { mu, sigma, ksDistance: sigma === 0 ? 0 : ksDistance(sorted, mu, sigma), percentiles }
}

function ksDistance(sorted: readonly number[], mu: number, sigma: number): number {
  let distance = 0
  let below = 0
  for (const [index, value] of sorted.entries()) {
    // Token counts are whole numbers with ties: only the last of equal values is a step of the distribution.
    if (sorted[index + 1] === value) continue
    const fitted = (1 + errorFunction((value - mu) / (sigma * Math.SQRT2))) / 2
    distance = Math.max(distance, (index + 1) / sorted.length - fitted, fitted - below / sorted.length)
    below = index + 1
  }
  return distance
}

function fitArrivals(trace: readonly TracedRequest[], durationMs: number): ArrivalFit {
  const gaps = trace.slice(1).map((request, index) => request.atMs - (trace[index]?.atMs ?? 0))
  // Only whole seconds: the last one is cut off by the end of the trace.
  const counts = new Array<number>(Math.max(1, Math.floor(durationMs / 1_000))).fill(0)
  for (const { atMs } of trace) {
    const second = Math.floor((atMs - (trace[0]?.atMs ?? 0)) / 1_000)
    if (second < counts.length) counts[second] = (counts[second] ?? 0) + 1
  }
  return {
    perMinute: (gaps.length / durationMs) * 60_000,
    gapVariation: coefficientOfVariation(gaps),
    countDispersion: variance(counts) / mean(counts),
  }
}
