import { expect, test } from 'vitest'
import { fixtureResult, HOSTILE } from '../fixture.test-data.ts'
import { renderJunit } from './render-junit.ts'

test('each check is a test case, and one that failed has its detail', () => {
  const xml = renderJunit(fixtureResult())
  expect(xml).toContain('tests="2" failures="1"')
  expect(xml).toContain('message="expected 56 lines in parallel, got 54"')
})

test('what is no XML text is escaped or left out', () => {
  const result = fixtureResult()
  result.scenarios[0]?.checks.push({
    name: `\u0000\ud800${HOSTILE}`,
    ok: false,
    detail: 'x',
    shown: 'always',
  })
  const xml = renderJunit(result)
  expect(xml).not.toContain(HOSTILE)
  expect(xml).toContain('&lt;script')
  for (const character of ['\u0000', '\ud800']) expect(xml).not.toContain(character)
})
