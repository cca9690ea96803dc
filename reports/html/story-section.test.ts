import { expect, test } from 'vitest'
import { fixtureResult, HOSTILE } from '../fixture.test-data.ts'
import type { GateResult } from '../gate/gate-schema.ts'
import { parseGateResult, parseVerifyResult } from '../parse-companions.ts'
import { VERIFY_RESULT } from '../verify/verify-result.test-data.ts'
import { VERIFY_SCHEMA_VERSION, type VerifyResult } from '../verify/verify-schema.ts'
import { renderHtml } from './render-html.tsx'

const result = fixtureResult()

function verified(tier: number, rollOut: boolean, reasons: string[]): VerifyResult {
  return {
    schemaVersion: VERIFY_SCHEMA_VERSION,
    tierbench: '0.1.0',
    startedAt: '2026-11-24T05:40:00Z',
    wallMs: 1000,
    command: `npm run verify -- --tier ${tier}`,
    environment: result.environment,
    tier,
    seed: 1,
    schedules: 10_000,
    shard: null,
    cutShort: false,
    hazards: [],
    real: null,
    verdict: { rollOut, reasons },
    advice: { lowerTiers: [], orderKept: true, bench: null },
  }
}

const GATE: GateResult = {
  passed: false,
  comparisons: [
    {
      scenario: HOSTILE,
      mode: 'parallel',
      metric: 'durationMs',
      before: 1,
      after: 2,
      budget: 0,
      verdict: 'regressed',
      reasons: [],
    },
  ],
  missing: [],
  context: { baseline: 'baselines/exact.json', commits: 'a..b', command: 'npm run gate' },
}

/** Tags left out, as a reader has it. */
function storyOf(html: string): string {
  const story = /<section aria-labelledby="story".*?<\/section>/s.exec(html)?.[0] ?? ''
  return story.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
}

test('the first sentence says what each tier gains', () => {
  expect(renderHtml(result)).toContain(
    '<h1>Tier 3 makes runs 1.80 to 2.09 times as fast; Tiers 1 and 2 change less than 5 %.</h1>',
  )
})

test('a tier that was verified says whether to roll it out, and one that was not says how', () => {
  const story = storyOf(
    renderHtml(result, { verify: [verified(2, true, []), verified(3, false, ['H5 was violated'])] }),
  )
  expect(story).toMatch(/Tier 1 .*not verified here .*npm run verify -- --tier 1.* Tier 2 /)
  expect(story).toMatch(
    /Tier 2 .*roll out From verify, 10,000 schedules a hazard, commit 3ede0a4c2f64\. Tier 3/,
  )
  expect(story).toMatch(/Tier 3 .*do not roll out H5 was violated\. From verify/)
})

test('the gate says whether it passed and what became worse; without one the page says so', () => {
  const html = renderHtml(result, { gate: GATE })
  expect(storyOf(html)).toMatch(
    /Gate failed 1 exact metric against baselines\/exact\.json.*1 worse than allowed.*durationMs/,
  )
  expect(html).not.toContain(HOSTILE)
  expect(storyOf(renderHtml(result))).toContain('Gate not run with this report')
})

test('results of verify and gate that are none are refused in one sentence', () => {
  expect(() => parseVerifyResult({ schemaVersion: 99 })).toThrow(
    /^Expected a verify\.json of schema version 2, got something else \(.+\): take what npm run verify writes\.$/,
  )
  expect(() => parseGateResult({})).toThrow(/^Expected a gate\.json, got something else \(passed: .+\)/)
  expect(parseGateResult({ ...GATE, base: {}, head: {} })).toEqual(GATE)
  expect(parseVerifyResult(verified(1, true, [])).tier).toBe(1)
})

test('a verification of some hazards, none of them violated, is no roll-out and says how many were run', () => {
  const [removed] = VERIFY_RESULT.hazards
  if (removed === undefined) throw new Error('expected a hazard')
  const hazards = [removed, { ...removed, id: 'H2', verdict: 'not-run' as const }]
  const verify = [{ ...verified(3, false, ['H2: not run']), hazards }]
  const story = storyOf(renderHtml(result, { verify }))
  expect(story).toContain('not shown 1 of 2 hazards run, and nothing violated in them: that is no roll-out.')
  expect(story).not.toMatch(/ roll out /)
})

test('of many reasons against a tier three are named, and the others counted', () => {
  const verify = [verified(3, false, ['one', 'two', 'three', 'four', 'five'])]
  expect(storyOf(renderHtml(result, { verify }))).toContain('one; two; three; and 2 more.')
})
