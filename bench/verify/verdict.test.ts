import { expect, test } from 'vitest'
import { TIER_FLAGS } from '../../engine/index.ts'
import type { HazardResult, VerifySide } from '../../reports/index.ts'
import { hazardVerdict, rolloutVerdict } from './verdict.ts'

const side = (schedules: number, violated: number): VerifySide => ({
  flags: TIER_FLAGS[1],
  schedules,
  violated,
  atMost: 1,
  invariants: [],
  broken: [],
  failures: [],
})

function hazard(id: string, promised: boolean, off: VerifySide, on: VerifySide): HazardResult {
  return { id, title: id, removedBy: [], promised, off, on, verdict: hazardVerdict(promised, off, on) }
}

const removed = hazard('H3', true, side(5, 2), side(5, 0))

test('a hazard that the tier does not promise is still there only where it was shown', () => {
  const shown = hazard('H1', false, side(5, 3), side(5, 3))
  const leftOut = hazard('H9', false, side(0, 0), side(0, 0))
  const { rollOut, reasons } = rolloutVerdict(1, [shown, removed, leftOut], null, false, [])
  expect(rollOut).toBe(true)
  expect(reasons).toContain('H1: not promised by Tier 1, and still there')
  expect(reasons).toContain('H9: not promised by Tier 1, and not shown here')
})

test('a part of the schedules says that it is one', () => {
  const { reasons } = rolloutVerdict(1, [removed], null, false, [], { index: 2, of: 3 })
  expect(reasons.at(-1)).toMatch(/^this is part 2 of 3: .* only where every part says so/)
})

test.each([
  ['not provoked with the flags off', side(5, 0), side(5, 0), 'not-shown'],
  ['not run with the flags on', side(5, 2), side(0, 0), 'not-run'],
  ['not run with the flags off', side(0, 0), side(5, 0), 'not-run'],
])('a hazard that was %s is no pass', (_, off, on, verdict) => {
  const one = hazard('H3', true, off, on)
  expect(one.verdict).toBe(verdict)
  expect(rolloutVerdict(1, [one], null, false, []).rollOut).toBe(false)
})

test('a time limit that cut it short is no pass', () => {
  expect(rolloutVerdict(1, [removed], null, true, []).rollOut).toBe(false)
})
