import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { randomAbout } from '../../random.ts'
import { drawRequests, fitTrace, parseTrace, type TraceProfile } from './index.ts'

const HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens'
const KNOWN = { input: { mu: 6.5, sigma: 0.9 }, output: { mu: 5, sigma: 0.6 }, gapMs: 200 }

/** Exponential times between arrivals, lognormal lengths. */
function syntheticCsv(rows: number): string {
  let atMs = Date.UTC(2026, 0, 1)
  const lines = Array.from({ length: rows }, (_, n) => {
    const random = randomAbout('synthetic', n)
    atMs += -Math.log(1 - random.next()) * KNOWN.gapMs
    const length = ({ mu, sigma }: { mu: number; sigma: number }) =>
      Math.round(Math.exp(mu + sigma * random.normal()))
    const time = new Date(atMs).toISOString().replace('T', ' ').replace('Z', '0000')
    return `${time},${length(KNOWN.input)},${length(KNOWN.output)}`
  })
  return [HEADER, ...lines, ''].join('\r\n')
}

const fitted = fitTrace(parseTrace(syntheticCsv(5_000)))

test('a fit recovers the lengths that a trace was made with', () => {
  expect(Math.abs(fitted.inputTokens.mu - KNOWN.input.mu)).toBeLessThan(0.05)
  expect(Math.abs(fitted.inputTokens.sigma - KNOWN.input.sigma)).toBeLessThan(0.03)
  expect(Math.abs(fitted.outputTokens.mu - KNOWN.output.mu)).toBeLessThan(0.04)
  expect(Math.abs(fitted.outputTokens.sigma - KNOWN.output.sigma)).toBeLessThan(0.02)
  expect(Math.abs(fitted.lengthCorrelation)).toBeLessThan(0.05)
})

test('a fit recovers rate and evenness of Poisson arrivals', () => {
  expect(Math.abs(fitted.arrivals.perMinute / 300 - 1)).toBeLessThan(0.04)
  expect(Math.abs(fitted.arrivals.gapVariation - 1)).toBeLessThan(0.05)
  expect(Math.abs(fitted.arrivals.countDispersion - 1)).toBeLessThan(0.15)
})

test('bursts raise the dispersion of the arrivals', () => {
  const bursty = Array.from({ length: 1_000 }, (_, n) => ({
    atMs: Math.floor(n / 20) * 4_000 + (n % 20),
    inputTokens: 10 + (n % 5),
    outputTokens: 10 + (n % 7),
  }))
  const { arrivals } = fitTrace(bursty)
  expect(arrivals.gapVariation).toBeGreaterThan(4)
  expect(arrivals.countDispersion).toBeGreaterThan(10)
})

test('the distance of a fit is small for lognormal lengths and large for others', () => {
  expect(fitted.inputTokens.ksDistance).toBeLessThan(0.025)
  const twoLengths = Array.from({ length: 1_000 }, (_, n) => ({
    atMs: n * 100,
    inputTokens: n % 2 === 0 ? 10 : 10_000,
    outputTokens: 50 + (n % 3),
  }))
  expect(fitTrace(twoLengths).inputTokens.ksDistance).toBeGreaterThan(0.3)
})

test('what is drawn from a profile has its lengths, correlation and arrivals', () => {
  const profile: TraceProfile = {
    ...fitted,
    lengthCorrelation: 0.5,
    arrivals: { perMinute: 120, gapVariation: 1.5, countDispersion: 1 },
  }
  const again = fitTrace(drawRequests(profile, 20_000, 3, 'lognormal'))
  expect(Math.abs(again.inputTokens.mu - profile.inputTokens.mu)).toBeLessThan(0.03)
  expect(Math.abs(again.outputTokens.sigma - profile.outputTokens.sigma)).toBeLessThan(0.02)
  expect(Math.abs(again.lengthCorrelation - 0.5)).toBeLessThan(0.03)
  expect(Math.abs(again.arrivals.perMinute / 120 - 1)).toBeLessThan(0.04)
  expect(Math.abs(again.arrivals.gapVariation - 1.5)).toBeLessThan(0.15)
})

test('a longer draw begins with the shorter one', () => {
  expect(drawRequests(fitted, 50, 1).slice(0, 20)).toEqual(drawRequests(fitted, 20, 1))
  expect(drawRequests(fitted, 20, 2)).not.toEqual(drawRequests(fitted, 20, 1))
})

test('lengths drawn from percentiles follow a trace that is not lognormal', () => {
  const twoHumps = Array.from({ length: 2_000 }, (_, n) => ({
    atMs: n * 100,
    inputTokens: n % 4 === 0 ? 100 + (n % 9) : 5_000 + (n % 90),
    outputTokens: 50 + (n % 3),
  }))
  const shareShort = (source: 'percentiles' | 'lognormal') =>
    drawRequests(fitTrace(twoHumps), 4_000, 1, source).filter(({ inputTokens }) => inputTokens < 200).length /
    4_000
  expect(Math.abs(shareShort('percentiles') - 0.25)).toBeLessThan(0.03)
  expect(Math.abs(shareShort('lognormal') - 0.25)).toBeGreaterThan(0.1)
})

test('the sample of the recorded trace can be fitted', () => {
  const file = new URL('./azure-conversation-2023-sample.csv', import.meta.url)
  const profile = fitTrace(parseTrace(readFileSync(file, 'utf8')))
  expect(profile.requests).toBe(400)
  expect(profile.durationMs).toBeCloseTo(106_330.21, 1)
  expect(Math.exp(profile.outputTokens.mu)).toBeGreaterThan(50)
  expect(Math.exp(profile.outputTokens.mu)).toBeLessThan(250)
})

test('times finer than a millisecond are kept', () => {
  const rows = ['2023-11-16 18:15:46.0000000,1,1', '2023-11-16 18:15:46.0005900,1,1']
  expect(parseTrace([HEADER, ...rows].join('\n'))[1]?.atMs).toBeCloseTo(0.59, 3)
})

test.each([
  ['another header', 'a,b,c\n', 'begins with TIMESTAMP'],
  ['a broken row', `${HEADER}\n2023-11-16 18:15:46,1,1\nnonsense,1,1`, "in line 3, got 'nonsense,1,1'"],
  ['a time that is none', `${HEADER}\n2023-19-46 18:15:46,1,1`, 'in line 2'],
])('%s is refused with what was got', (_, csv, message) => {
  expect(() => parseTrace(csv)).toThrow(message)
})

test('of a file of another kind no more is shown than fits a sentence, and nothing that a terminal obeys', () => {
  const refused = () => parseTrace(`\u001b[31m${'x'.repeat(10_000)}`)
  expect(refused).toThrow(/^[\x20-\x7e]{1,200}$/)
})

test('a trace of too few requests is refused', () => {
  expect(() => fitTrace(parseTrace(`${HEADER}\n2023-11-16 18:15:46,1,1`))).toThrow(
    'at least 30 requests, got 1',
  )
})
