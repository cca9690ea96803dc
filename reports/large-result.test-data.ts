/** Results as large as they come, for what must stay quick. Only tests import it. */
import { durationOf } from './duration-of.test-data.ts'
import { fixtureResult, repetitionOf, STEADY } from './fixture.test-data.ts'
import { limitsOf } from './fixture-curves.test-data.ts'
import type { BenchResult } from './result-schema.ts'

/** The fixture's scenarios over and over, under names of their own. */
export function manyScenarios(count: number): BenchResult {
  const result = fixtureResult()
  return {
    ...result,
    scenarios: Array.from({ length: count }, (_, index) => {
      const scenario = result.scenarios[index % result.scenarios.length]
      if (scenario === undefined) throw new Error('expected a scenario in the fixture')
      return { ...scenario, name: `${scenario.name}-${index + 1}` }
    }),
  }
}

/** One scenario in four modes with 25,000 calls each: 100,000, with their attempts, waits and limits. */
export function hundredThousandCalls(): BenchResult {
  const result = fixtureResult()
  const [, scenario] = result.scenarios
  if (scenario === undefined) throw new Error('expected a second scenario in the fixture')
  const world = { ...STEADY, uploads: 1000, epics: 1000, storiesPerEpic: 23, parallel: 10, rateLimitEvery: 4 }
  const modes = scenario.modes.map((mode) => {
    const repetition = repetitionOf(mode.mode, world)
    const repetitions = [{ ...repetition, limits: limitsOf(repetition.attempts) }]
    return { ...mode, duration: durationOf(repetitions), repetitions }
  })
  return { ...result, scenarios: [{ ...scenario, modes, variants: [] }] }
}
